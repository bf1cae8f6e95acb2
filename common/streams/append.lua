-- Append flushes atomically: one entry to each stream that a flush has beacons for. A flush that this producer sent
-- before, by its sequence number, is skipped.
-- KEYS: the key of the producer's last sequence number, then pairs: a stream, and the key of its count of beacons.
-- ARGV: how many seconds the sequence number is kept; then for each flush its sequence number (0: none) and its number
-- of entries; for each entry the index of its stream in KEYS, its number of beacons, and the packed beacons.
local last = tonumber(redis.call('GET', KEYS[1])) or 0
local highest, at = last, 2
while ARGV[at] do
  local sequence, past = tonumber(ARGV[at]), at + 2 + 3 * ARGV[at + 1]
  if sequence == 0 or sequence > last then
    for i = at + 2, past - 1, 3 do
      local key = tonumber(ARGV[i])
      local total = redis.call('INCRBY', KEYS[key + 1], ARGV[i + 1])
      redis.call('XADD', KEYS[key], '*', 'n', ARGV[i + 1], 't', total, 'b', ARGV[i + 2])
    end
    highest = math.max(highest, sequence)
  end
  at = past
end
if highest > last then redis.call('SET', KEYS[1], highest, 'EX', ARGV[1]) end
return highest
