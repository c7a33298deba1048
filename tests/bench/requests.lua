-- Plays signed requests, one after the other: the file named by REQUESTS holds them whole, as they go over
-- the wire, each behind a line with its length. Signing happened before, so that the client is not what is measured.
-- Threads share them out: with one thread and one connection for each request, each is played by a client of its own.
local requests, threads, at = {}, {}, nil

function setup(thread)
	threads[#threads + 1] = thread
	thread:set("number", #threads)
	for _, each in ipairs(threads) do
		each:set("step", #threads)
	end
end

function init(args)
	local file = assert(io.open(os.getenv("REQUESTS"), "rb"))
	local line = file:read("*l")
	while line do
		requests[#requests + 1] = file:read(tonumber(line))
		line = file:read("*l")
	end
	file:close()
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
