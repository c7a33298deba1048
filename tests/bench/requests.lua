-- Plays signed requests, one after the other: the file named by REQUESTS holds them whole, as they go over
-- the wire, each behind a line with its length and the port it goes to, where that is not the one on the command line.
-- Signing happened before, so that the client is not what is measured.
-- Threads share them out: with one thread and one connection for each request, each is played by a client of its own.
local requests, ports, threads, at = {}, {}, {}, nil

local function load()
	local file = assert(io.open(os.getenv("REQUESTS"), "rb"))
	local line = file:read("*l")
	while line do
		local length, port = line:match("^(%d+) ?(%d*)$")
		ports[#ports + 1] = port
		requests[#requests + 1] = file:read(tonumber(length))
		line = file:read("*l")
	end
	file:close()
end

function setup(thread)
	threads[#threads + 1] = thread
	if #threads == 1 then
		load()
	end
	local port = ports[(#threads - 1) % #ports + 1]
	if port ~= "" then
		thread.addr = wrk.lookup("127.0.0.1", port)[1]
	end
	thread:set("number", #threads)
	for _, each in ipairs(threads) do
		each:set("step", #threads)
	end
end

function init(args)
	load()
end

function request()
	at = at and (at + step - 1) % #requests + 1 or number
	return requests[at]
end

function done(summary, latency, requests)
	io.write(string.format("result %d %d %d %d %d %d\n", summary.requests, summary.duration,
		summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write
		+ summary.errors.timeout, latency:percentile(50), latency:percentile(99)))
end
