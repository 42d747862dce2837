-- Requests of wrk. MODE: get; post (a CSRF form: one GET per thread for cookie and token, then POSTs of BODY); prime (POST BODY with a
-- new address each time, save the state of every response in STATES.<thread>); send (POST each state of STATES.<thread> once);
-- picture (as post, with the multipart body in the file BODY without its end, each time from another network).
local mode, path, body, states_file = os.getenv("MODE"), os.getenv("FORM_PATH"), os.getenv("FORM_BODY"), os.getenv("STATES")
local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("id", #threads)
end

local function form(fields, headers)
  headers["Content-Type"] = "application/x-www-form-urlencoded"
  return wrk.format("POST", path, headers, fields)
end

if mode == "post" then
  local token, cookie
  function request()
    if not token then return wrk.format("GET", path) end
    return form("csrfmiddlewaretoken=" .. token .. "&" .. body, { Cookie = cookie })
  end
  function response(status, headers, page)
    if token or status ~= 200 then return end
    cookie = (headers["Set-Cookie"] or headers["set-cookie"]):match("([^;]+)")
    token = page:match('name="csrfmiddlewaretoken" value="(%w+)"')
  end
elseif mode == "prime" then
  local count, file = 0, nil
  function request()
    count = count + 1
    local address = "https%3A%2F%2Fforum-" .. count % 50 .. ".example.org%2F" .. id .. "-" .. count
    return form("addresses=" .. address .. "&" .. body, { ["Sec-Fetch-Site"] = "same-origin" })
  end
  function response(status, headers, page)
    file = file or io.open(states_file .. "." .. id, "w")
    local state = page:match('name="state" value="([%w_=-]+)"')
    if status == 200 and state then file:write(state, "\n") file:flush() end
  end
elseif mode == "picture" then
  local parts, token, cookie, count = io.open(body, "rb"):read("*a"), nil, nil, 0
  function request()
    if not token then return wrk.format("GET", path) end
    count = count + 1
    local network = "10." .. id * 100 + math.floor(count / 256) .. "." .. count % 256 .. ".1"
    local last = '--PART\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' .. token .. "\r\n--PART--\r\n"
    local headers = { ["Content-Type"] = "multipart/form-data; boundary=PART", ["X-Forwarded-For"] = network }
    headers["Sec-Fetch-Site"], headers["Cookie"] = "same-origin", cookie
    return wrk.format("POST", path, headers, parts .. last)
  end
  function response(status, headers, page)
    if token or status ~= 200 then return end
    cookie = (headers["Set-Cookie"] or headers["set-cookie"] or ""):match("([^;]+)")
    token = page:match('name="csrfmiddlewaretoken" value="(%w+)"') or "none"
  end
elseif mode == "send" then
  local states = {}
  ran_out = 0
  function init()
    for state in io.lines(states_file .. "." .. id) do table.insert(states, state) end
  end
  function request()
    local state = table.remove(states)
    if not state then ran_out = 1 wrk.thread:stop() end
    return form("state=" .. (state or ""), { ["Sec-Fetch-Site"] = "same-origin" })
  end
end

function done(summary, latency)
  local failed, empty = summary.errors, 0
  for _, thread in ipairs(threads) do empty = empty + (thread:get("ran_out") or 0) end
  io.write(string.format('RESULT {"requests": %d, "seconds": %.4f, "p50": %.3f, "p95": %.3f, "p99": %.3f, "refused": %d, "broken": %d, "ran_out": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    failed.status, failed.connect + failed.read + failed.write + failed.timeout, empty))
end
