-- Three ways to stop a fix that would go on.
local T = ...

--- Test processes below Neovim. The warm agent, which stays for the next request, is one of its kind; candidates are more.
local function candidates()
  local children, commands = {}, {}
  for name in vim.fs.dir('/proc') do
    local status, command = io.open('/proc/' .. name .. '/stat', 'rb'), io.open('/proc/' .. name .. '/cmdline', 'rb')
    local parent = status and name:match('^%d+$') and tonumber((status:read('*a') or ''):match('%) %a (%d+)'))
    if parent then
      children[parent] = vim.list_extend(children[parent] or {}, { tonumber(name) })
      commands[tonumber(name)] = command and command:read('*a') or ''
    end
    if status then status:close() end
    if command then command:close() end
  end
  local count, queue = 0, { vim.fn.getpid() }
  while #queue > 0 do
    local process = table.remove(queue)
    local command = commands[process] or ''
    if command:find('/agent/', 1, true) and not command:find('bwrap', 1, true) then count = count + 1 end
    vim.list_extend(queue, children[process] or {})
  end
  return math.max(count - 1, 0)
end

T.failing('test_greet.py')
vim.api.nvim_win_set_cursor(0, { 5, 4 })
local before = T.text()
local ways = {
  ['the code action'] = function() T.choose('Stop') end,
  ['the command'] = function() T.forget() vim.cmd('Testtime stop') end,
  ['the progress'] = function()
    T.forget()
    T.client():notify('window/workDoneProgress/cancel', { token = T.token })
  end,
}
for name, stop in vim.spairs(ways) do
  T.choose('Fix test_polite')
  T.wait('candidates', function() return T.progressed('candidate') end)
  T.wait('test processes', function() return candidates() > 0 end)
  stop()
  T.wait('stopped by ' .. name, function() return T.heard('stopped: fix test_polite') end)
  T.has(T.heard('stopped: fix test_polite'), '$0.00')
  T.wait('progress ends', function() return T.progressed('end') end)
  T.wait('no test process is left', function() return candidates() == 0 end)
end
T.equal(T.text(), before, 'nothing was changed')
