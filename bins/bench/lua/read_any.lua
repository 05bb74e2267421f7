-- Any of the generated pages; how many there are is the second argument.
local plain_init = init

function init(args)
  plain_init(args)
  pages = tonumber(args[2])
  math.randomseed(tonumber(run) * 100 + id)
end

function request()
  local path = "/api/comments?post_slug=/generated/%d/&limit=50&nested=true"
  return wrk.format("GET", string.format(path, math.random(0, pages - 1)),
    { ["Accept-Encoding"] = "gzip" })
end
