-- Shared by every load: threads know themselves, and the result is one line of JSON.

local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

-- `run` tells one run from another, so that no two requests of a benchmark are the same.
function init(args)
  run = args[1]
  count = 0
end

-- A number that no other request of any run has, and one that grows by one per request.
function next_name()
  count = count + 1
  return string.format("%s-%d-%d", run, id, count), count * 2 + id
end

function post(path, body, user)
  return wrk.format("POST", path, {
    ["Content-Type"] = "application/json",
    ["X-CWD-Like-User"] = user,
  }, body)
end

function submit(page, name)
  return post("/api/comments", string.format(
    '{"post_slug":"%s","post_url":"https://blog.example%s","name":"Reader %s",'
    .. '"email":"reader@example.org","url":null,"parent_id":null,"adminToken":null,'
    .. '"content":"A comment of an ordinary length, with **some** markup and a [link]'
    .. '(https://example.org/), written as number %s of this run."}', page, page, name, name))
end

function other_page(number)
  return string.format("/other/%d/", number % 1000)
end

-- One of 65 536 client addresses.
function visitor(number)
  return string.format("10.0.%d.%d", math.floor(number / 256) % 256, number % 256)
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests":%d,"micros":%d,"p50_micros":%d,"p99_micros":%d,"refused":%d,"broken":%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
