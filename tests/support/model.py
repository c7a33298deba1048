"""Every answer against botocore's service models: no unknown member, required ones there, right types.

    complaints = watch(client)      # a list that fills as the client is used
    ...
    assert not complaints

botocore itself is lenient: it drops members that it does not know. So the bytes are looked at here, and every
service's tests can watch what their clients are answered.
"""
import json
import xml.etree.ElementTree as ET

# What AWS answers although its own model does not list it.
UNLISTED = {"PermissionsBoundaryAttachmentType": {"Policy"}, "PolicySourceType": {"IAM Policy", "Resource Policy"},
            # Of a function whose change is being carried out.
            "LastUpdateStatusReasonCode": {"Creating"},
            # A standard attribute whose name is a letter longer than the model lets names be.
            "CustomAttributeNameType": {"phone_number_verified"}}
# What AWS answers since after the pinned botocore's day.
NEWER = {"DescribeLogGroups": {"deletionProtectionEnabled"}}
# What AWS leaves out although its own model requires it: of a function that has no such configuration.
OMITTED = {"GetFunctionCodeSigningConfig": {"CodeSigningConfigArn", "FunctionName"}}
NUMBERS = {"integer": int, "long": int, "float": (int, float), "double": (int, float)}


class Check:
    """One answer; `complaints` are sentences that name the place."""

    def __init__(self, operation):
        self.operation, self.complaints = operation, []

    def say(self, path, text):
        self.complaints.append("%s answers %s: %s" % (self.operation.name, path or "$", text))

    def body(self, response):
        shape = self.operation.output_shape
        protocol = self.operation.service_model.metadata["protocol"]
        if protocol in ("query", "ec2"):
            self.xml(response.content)
        elif protocol in ("json", "rest-json") and not (shape and shape.serialization.get("payload")):
            self.structure("", json.loads(response.content or b"{}"), shape)

    # --- JSON ---

    def structure(self, path, value, shape):
        members = shape.members if shape else {}
        if not isinstance(value, dict):
            return self.say(path, "%r is no structure" % (value,))
        elsewhere = {n for n, m in members.items() if m.serialization.get("location")}
        wire = {m.serialization.get("name", n): m for n, m in members.items() if n not in elsewhere}
        for name, inner in value.items():
            if name in NEWER.get(self.operation.name, ()):
                continue
            if name not in wire:
                self.say("%s.%s" % (path, name), "the model knows no such member")
            else:
                self.value("%s.%s" % (path, name), inner, wire[name])
        for name in shape.required_members if shape else []:
            wired = members[name].serialization.get("name", name)
            if wired not in value and name not in elsewhere and name not in OMITTED.get(self.operation.name, ()):
                self.say("%s.%s" % (path, name), "the model requires it")
        if shape is not None and getattr(shape, "is_tagged_union", False) and len(value) != 1:
            self.say(path, "a union has one member, not %d" % len(value))

    def value(self, path, value, shape):
        kind = shape.type_name
        if kind == "structure":
            self.structure(path, value, shape)
        elif kind == "list":
            if not isinstance(value, list):
                return self.say(path, "%r is no list" % (value,))
            for i, inner in enumerate(value):
                self.value("%s[%d]" % (path, i), inner, shape.member)
        elif kind == "map":
            if not isinstance(value, dict):
                return self.say(path, "%r is no map" % (value,))
            for name, inner in value.items():
                self.value("%s[%r]" % (path, name), inner, shape.value)
        else:
            self.scalar(path, value, shape)

    def scalar(self, path, value, shape):
        kind = shape.type_name
        if kind in NUMBERS:
            good = isinstance(value, NUMBERS[kind]) and not isinstance(value, bool)
        elif kind == "boolean":
            good = isinstance(value, bool)
        elif kind == "timestamp":
            text = shape.serialization.get("timestampFormat") in ("iso8601", "rfc822")
            good = isinstance(value, str) if text else isinstance(value, (int, float)) and not isinstance(value, bool)
        else:
            good = isinstance(value, str)
        if not good:
            return self.say(path, "%r is no %s" % (value, kind))
        if kind == "string":
            self.string(path, value, shape)

    def string(self, path, value, shape):
        enum = shape.metadata.get("enum")
        if value in UNLISTED.get(shape.name, ()):
            return
        if enum and value not in enum:
            self.say(path, "%r is not one of %s" % (value, ", ".join(enum)))
        if not shape.metadata.get("min", 0) <= len(value) <= shape.metadata.get("max", len(value)):
            self.say(path, "%r is too short or too long" % value)

    # --- XML of the query protocol ---

    def xml(self, text):
        root = ET.fromstring(text)
        name = lambda e: e.tag.rpartition("}")[2]
        shape = self.operation.output_shape
        if name(root) != self.operation.name + "Response":
            self.say("", "its root is %s" % name(root))
        wrapper = shape.serialization.get("resultWrapper") if shape else None
        for child in root:
            if name(child) == wrapper:
                self.element("", child, shape, name)
            elif name(child) != "ResponseMetadata":
                self.say("." + name(child), "the model knows no such member")

    def element(self, path, element, shape, name):
        kind = shape.type_name
        if kind == "structure":
            wire = {}
            for member, inner in shape.members.items():
                flat = inner.type_name == "list" and inner.serialization.get("flattened")
                wire[(inner.member if flat else inner).serialization.get("name", member)] = (inner, flat)
            for child in element:
                if name(child) not in wire:
                    self.say("%s.%s" % (path, name(child)), "the model knows no such member")
                    continue
                inner, flat = wire[name(child)]
                self.element("%s.%s" % (path, name(child)), child, inner.member if flat else inner, name)
            there = {name(child) for child in element}
            for member in shape.required_members:
                if shape.members[member].serialization.get("name", member) not in there:
                    self.say("%s.%s" % (path, member), "the model requires it")
        elif kind == "list":
            for i, child in enumerate(element):
                if name(child) != shape.member.serialization.get("name", "member"):
                    self.say("%s[%d]" % (path, i), "it is called %s" % name(child))
                self.element("%s[%d]" % (path, i), child, shape.member, name)
        elif kind == "map":
            for child in element:
                self.element("%s[%s]" % (path, child[0].text), child[1], shape.value, name)
        elif kind in NUMBERS:
            float(element.text or "x")
        elif kind == "string":
            self.string(path, element.text or "", shape)


def watch(client):
    """Check every answer that this boto3 client gets; returns the list of complaints."""
    complaints = []

    def look(http_response, model, **_):
        if http_response.status_code >= 300:
            return
        check = Check(model)
        try:
            check.body(http_response)
        except (ValueError, ET.ParseError, IndexError) as error:
            check.say("", "cannot be read: %s" % error)
        complaints.extend(check.complaints)

    client.meta.events.register("after-call", look)
    return complaints
