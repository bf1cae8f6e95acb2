-- Appends flushes: of each, one entry to each stream it touches. All of it happens, or none; and what one producer
-- numbered happens once, however often it is asked for.
-- KEYS: where the producer's last number is kept, then, in pairs, streams and how many beacons each ever took.
-- ARGV: for how many seconds the number is kept; then of each flush its number (0: has none), to how many streams it
-- goes, and for each of them the stream's place in KEYS, how many beacons the entry holds, and the packed beacons.
local last = tonumber(redis.call('GET', KEYS[1])) or 0
local highest, at = last, 2
while ARGV[at] do
  local number, past = tonumber(ARGV[at]), at + 2 + 3 * ARGV[at + 1]
  if number == 0 or number > last then
    for i = at + 2, past - 1, 3 do
      local key = tonumber(ARGV[i])
      local total = redis.call('INCRBY', KEYS[key + 1], ARGV[i + 1])
      redis.call('XADD', KEYS[key], '*', 'n', ARGV[i + 1], 't', total, 'b', ARGV[i + 2])
    end
    highest = math.max(highest, number)
  end
  at = past
end
if highest > last then redis.call('SET', KEYS[1], highest, 'EX', ARGV[1]) end
return highest
