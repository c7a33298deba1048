"""The client's side of SRP as Cognito user pools speak it, written down from the protocol's description."""
import base64
import datetime
import hashlib
import hmac
import secrets

N = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
        "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
        "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
        "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
        "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
        "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
        "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
        "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF", 16)


def pad(number):
    text = "%x" % number
    text = "0" * (len(text) % 2) + text
    return bytes.fromhex(("00" if text[0] in "89abcdef" else "") + text)


def digest(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def number(data):
    return int.from_bytes(data, "big")


class Client:
    """SRP's side of the one who knows the password: a user of a pool, or a device in the realm of its group."""

    def __init__(self, pool, password, device=None):
        # A pool's realm stands behind its Region; a group's key is one as it is, and may have the same sign in it.
        self.realm, self.password, self.device = pool if device else pool.split("_")[-1], password, device
        self.a = number(secrets.token_bytes(128))
        self.A = pow(2, self.a, N)

    def answer(self, given, when=None):
        user, salt, B = self.device or given["USER_ID_FOR_SRP"], int(given["SALT"], 16), int(given["SRP_B"], 16)
        u = number(digest(pad(self.A), pad(B)))
        x = number(digest(pad(salt), digest((self.realm + user + ":" + self.password).encode())))
        k = number(digest(pad(N), pad(2)))
        S = pow(B - k * pow(2, x, N), self.a + u * x, N)
        prk = hmac.new(pad(u), pad(S), "sha256").digest()
        key = hmac.new(prk, b"Caldera Derived Key\x01", "sha256").digest()[:16]
        when = when or datetime.datetime.now(datetime.timezone.utc).strftime("%a %b %-d %H:%M:%S UTC %Y")
        text = self.realm.encode() + user.encode() + base64.b64decode(given["SECRET_BLOCK"]) + when.encode()
        return {"USERNAME": given["USERNAME"], "PASSWORD_CLAIM_SECRET_BLOCK": given["SECRET_BLOCK"], "TIMESTAMP": when,
                "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(hmac.new(key, text, "sha256").digest()).decode()}

    def verifier(self):
        """What a device tells of its password: {"Salt", "PasswordVerifier"}."""
        salt = number(secrets.token_bytes(16))
        x = number(digest(pad(salt), digest((self.realm + self.device + ":" + self.password).encode())))
        text = lambda n: base64.b64encode(pad(n)).decode()
        return {"Salt": text(salt), "PasswordVerifier": text(pow(2, x, N))}
