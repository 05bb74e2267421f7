-- Fifty comments, each like by another visitor. The first id is the second argument.
local plain_init = init

function init(args)
  plain_init(args)
  first = tonumber(args[2])
end

function request()
  local name, number = next_name()
  return post("/api/comments/like", string.format('{"id":%d}', first + number % 50), name)
end
