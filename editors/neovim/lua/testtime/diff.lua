--- A verified fix, side by side with the text it changes, before it is applied.

local M = {}

---@class testtime.ReadyFix
---@field id string
---@field title string
---@field files { uri: string, before: string?, after: string? }[]
---@field diff string

---@class testtime.DiffView
---@field client vim.lsp.Client
---@field fix testtime.ReadyFix
---@field file integer which of the fix's files is shown
---@field tab integer
---@field windows integer[] before, after
---@field buffers integer[]

---@type testtime.DiffView?
local view = nil
---@type table<string, true> fixes that were shown or put away: `review` shows each once
local seen = {}

local function lines_of(text)
  local lines = vim.split(text and text ~= vim.NIL and text or '', '\n')
  if #lines > 1 and lines[#lines] == '' then
    table.remove(lines)
  end
  return lines
end

---@param open testtime.DiffView
local function show_file(open)
  local file = open.fix.files[open.file]
  local name = vim.fn.fnamemodify(vim.uri_to_fname(file.uri), ':.')
  local place = #open.fix.files > 1 and (' (file %d of %d: ]f [f)'):format(open.file, #open.fix.files) or ''
  for side, text in ipairs({ file.before or vim.NIL, file.after or vim.NIL }) do
    local buffer, window = open.buffers[side], open.windows[side]
    vim.bo[buffer].modifiable = true
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines_of(text))
    vim.bo[buffer].modifiable = false
    vim.bo[buffer].syntax = vim.filetype.match({ filename = name }) or ''
    local title = (side == 1 and 'before ' or 'after ') .. name .. (side == 1 and '' or place)
    vim.wo[window].winbar = title:gsub('%%', '%%%%')
    vim.wo[window].statusline = side == 1 and open.fix.title:gsub('^Apply ', ''):gsub('%%', '%%%%')
      or 'a apply · x discard · q decide later'
  end
  vim.cmd.diffupdate()
  vim.api.nvim_win_call(open.windows[2], function()
    vim.cmd('normal! gg')
    pcall(vim.cmd, 'silent! normal! ]c')
  end)
end

local function close()
  local open = view
  view = nil
  if open and vim.api.nvim_tabpage_is_valid(open.tab) then
    vim.cmd.tabclose(vim.api.nvim_tabpage_get_number(open.tab))
  end
end

---@param step integer
local function turn(step)
  if view then
    view.file = (view.file - 1 + step) % #view.fix.files + 1
    show_file(view)
  end
end

--- Servers of different projects count their fixes each for itself.
local function key(client, fix)
  return client.id .. ' ' .. fix.id
end

---@param fix testtime.ReadyFix
---@param client vim.lsp.Client
local function show(fix, client)
  close()
  seen[key(client, fix)] = true
  vim.cmd.tabnew()
  local right_first = vim.api.nvim_get_current_buf()
  local open = { client = client, fix = fix, file = 1, tab = vim.api.nvim_get_current_tabpage(), windows = {}, buffers = {} }
  for side = 1, 2 do
    if side == 2 then
      vim.cmd('rightbelow vsplit')
    end
    local buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_win_set_buf(0, buffer)
    vim.bo[buffer].bufhidden = 'wipe'
    open.buffers[side], open.windows[side] = buffer, vim.api.nvim_get_current_win()
    local function map(key, action, description)
      vim.keymap.set('n', key, action, { buffer = buffer, nowait = true, desc = 'testtime: ' .. description })
    end
    map('a', M.accept, 'apply this fix')
    map('x', M.reject, 'discard this fix')
    map('q', close, 'decide later')
    map(']f', function()
      turn(1)
    end, 'next file')
    map('[f', function()
      turn(-1)
    end, 'previous file')
  end
  pcall(vim.api.nvim_buf_delete, right_first, {}) -- the empty buffer that came with the tab
  view = open
  for side = 1, 2 do
    vim.api.nvim_win_call(open.windows[side], vim.cmd.diffthis)
  end
  show_file(open)
end

--- Show the fix that waits.
function M.open()
  require('testtime.client').execute('testtime.readyFix', nil, function(fix, client)
    if fix then
      show(fix, client)
    else
      require('testtime.messages').show('no verified fix waits; with `review = true` every fix is shown before it is applied')
    end
  end)
end

--- Show a fix that has just become ready, unless you are in the middle of something.
---@param client vim.lsp.Client
function M.review(client)
  require('testtime.client').execute('testtime.readyFix', nil, function(fix)
    if not fix or seen[key(client, fix)] then
      return
    end
    if vim.api.nvim_get_mode().mode == 'n' then
      show(fix, client)
    else
      seen[key(client, fix)] = true
      require('testtime.messages').show('a verified fix is ready: `:Testtime diff` shows it')
    end
  end, client)
end

--- Apply the fix that is shown, or the one that waits.
function M.accept()
  local open = view
  close()
  local client, arguments = open and open.client, open and { open.fix.id }
  require('testtime.client').execute('testtime.applyFix', arguments, nil, client)
end

--- Put the fix that is shown away.
function M.reject()
  if not view then
    require('testtime.messages').show('no fix is shown; `:Testtime diff` shows the one that waits')
    return
  end
  local title = view.fix.title
  close()
  require('testtime.messages').show('discarded: ' .. title:gsub('^Apply ', ''))
end

return M
