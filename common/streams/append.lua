-- Appends one entry to each stream. All of it happens, or none.
-- KEYS: streams. ARGV: for each stream, how many beacons its entry holds, then the packed beacons.
for i, stream in ipairs(KEYS) do
  redis.call('XADD', stream, '*', 'n', ARGV[2 * i - 1], 'b', ARGV[2 * i])
end
return #KEYS
