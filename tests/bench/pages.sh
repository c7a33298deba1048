#!/bin/sh
# A guide page per second, against nginx serving the same bytes from a file: in turn, three times each, medians.
set -eu
PAGE=${PAGE:-/labs/web-app/table}
SECONDS_EACH=${SECONDS_EACH:-5}
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
server='' nginx=''

finish() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || :
	[ -z "$nginx" ] || kill "$nginx" 2>/dev/null || :
	wait
	rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM

for tool in wrk nginx curl python3; do
	PATH=$PATH:/usr/sbin command -v $tool >/dev/null || { echo "$tool is missing: run make deps-test" >&2; exit 3; }
done
PATH=$PATH:/usr/sbin

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Wait until the address answers 200, ten seconds at most.
await() {
	tries=0
	until curl -sf -o /dev/null "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || { echo "$1 does not answer" >&2; cat "$folder/log" >&2; exit 1; }
		sleep 0.05
	done
}

port=$(free_port) other=$(free_port) cloud=$(free_port)
"$root/build/immersion" serve --data "$folder/data" --listen 127.0.0.1 --port "$port" --cloud-port "$cloud" \
	>"$folder/log" 2>&1 &
server=$!
await "http://127.0.0.1:$port$PAGE"
mkdir "$folder/www"
curl -sf -o "$folder/www/page.html" "http://127.0.0.1:$port$PAGE"

# As Debian sets nginx up: a worker per processor, sendfile, tcp_nopush; without the log.
cat >"$folder/nginx.conf" <<END
worker_processes auto;
daemon off;
pid $folder/pid;
error_log $folder/log;
events { worker_connections 768; }
http {
	access_log off;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 100000000;
	types { text/html html; }
	client_body_temp_path $folder/t1;
	proxy_temp_path $folder/t2;
	fastcgi_temp_path $folder/t3;
	uwsgi_temp_path $folder/t4;
	scgi_temp_path $folder/t5;
	server { listen 127.0.0.1:$other; root $folder/www; }
}
END
chmod -R a+rX "$folder"
nginx -c "$folder/nginx.conf" -e "$folder/log" &
nginx=$!
await "http://127.0.0.1:$other/page.html"

# measure URL FILE: one run's requests per second are added to FILE.
measure() {
	wrk -t1 -c16 -d"${SECONDS_EACH}s" "$1" >"$folder/wrk"
	if grep -q 'Non-2xx\|Socket errors' "$folder/wrk"; then
		cat "$folder/wrk" >&2
		exit 1
	fi
	awk '/Requests\/sec/ { print $2 }' "$folder/wrk" >>"$2"
}
for round in 1 2 3; do
	measure "http://127.0.0.1:$other/page.html" "$folder/nginx"
	measure "http://127.0.0.1:$port$PAGE" "$folder/immersion"
done
echo "$PAGE, $(wc -c <"$folder/www/page.html") bytes, wrk -t1 -c16, $SECONDS_EACH s a run, median of $round (all runs)"
for who in immersion nginx; do
	sort -n "$folder/$who" | awk -v who=$who '{ run[NR] = $1 }
		END { printf "%-10s %9.0f pages/s  (%.0f %.0f %.0f)\n", who, run[2], run[1], run[2], run[3] }'
done
