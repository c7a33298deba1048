#!/bin/sh
# Makes FOLDER/functions.tar.xz, what functions find in their sandbox, from the SDKs that package-lock.json and
# requirements.txt pin. Looks first: when it was made of the same files by the same programs, it does nothing.
#
#	make.sh FOLDER NPM
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
npm=$2

stuck() {
	echo "$* The network is needed once; without it, copy a folder build/sdk from a machine that has built." >&2
	exit 1
}

mkdir -p "$folder"
{
	node --version
	python3 --version
	cat "$here"/* "$here/../node/compiled.cjs"
} >"$folder/inputs.new"
if [ -e "$folder/functions.tar.xz" ] && cmp -s "$folder/inputs.new" "$folder/inputs"; then
	rm "$folder/inputs.new"
	exit 0
fi
echo "  SDK $folder"
rm -rf "$folder/out" "$folder/venv" "$folder/site"
cp "$here/package.json" "$here/package-lock.json" "$folder"
"$npm" ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent ||
	stuck "npm could not fetch the SDKs named in assets/runtime/sdk/package-lock.json."
python3 -m venv "$folder/venv" || stuck "Python has no venv here: run make deps."
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-compile \
	--target "$folder/site" -r "$here/requirements.txt" ||
	stuck "pip could not fetch the SDKs named in assets/runtime/sdk/requirements.txt."
(cd "$folder" && node "$here/bundle.mjs" out && python3 "$here/pack.py" out site functions.tar.xz)
# 200 MB that are needed again only when the lock file changes.
rm -rf "$folder/out" "$folder/venv" "$folder/site" "$folder/node_modules"
mv "$folder/inputs.new" "$folder/inputs"
