-- Counts an attempt, unless one of its counters still has a wait. Both in one step, so that many attempts at once are
-- as slow as one after the other.
-- KEYS: counters. ARGV: now (epoch ms), lifetime of counters (ms), then for each counter the number of free attempts and
-- the longest wait (ms). Returns how long to wait (ms), 0 when the attempt was counted.
local now = tonumber(ARGV[1])
local wait = 0
for _, key in ipairs(KEYS) do
  local wait_until = tonumber(redis.call('HGET', key, 'until') or 0)
  wait = math.max(wait, wait_until - now)
end
if wait > 0 then
  return wait
end
for i, key in ipairs(KEYS) do
  local free, longest = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
  local over = redis.call('HINCRBY', key, 'attempts', 1) - free
  if over > 0 then
    redis.call('HSET', key, 'until', now + math.min(longest, 1000 * 2 ^ (over - 1)))
  end
  redis.call('PEXPIRE', key, ARGV[2])
end
return 0
