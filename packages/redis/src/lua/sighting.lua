--[[
Reads jobs as they are at one moment. KEYS  the events; ARGV  prefix, again, ids…
Answer  { now, for each id: false | { record, start or '', leaseUntil or '' } }
--]]
local answer = { now }
for index = 3, #ARGV do
  local ok, job = pcall(redis.call, 'HMGET', prefix .. 'job:' .. ARGV[index], 'r', 'h')
  if not ok or job.err then answer[#answer + 1] = { 'wrong type', '', '' }
  elseif not job[1] then answer[#answer + 1] = false
  else
    local lease = on('zset', 'ZSCORE', 'leases', ARGV[index])
    answer[#answer + 1] = { job[1], job[2] or '', lease or '' }
  end
end
return answer
