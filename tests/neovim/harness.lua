-- What every script here uses. A script is driven by test_neovim.py: nvim --headless --clean -S harness.lua, with the
-- script in $SCRIPT; any error in it is printed and gives exit status 1.
local T = { said = {}, offered = {}, progress = {}, asked = nil }

--- Wait until `condition` gives something true, and give that.
function T.wait(what, condition, seconds)
  local value
  local came = vim.wait((seconds or 60) * 1000, function()
    value = condition()
    return value
  end, 10)
  if not came then
    error(('waited in vain for: %s\nsaid: %s\nprogress: %s\noffered: %s'):format(
      what, vim.inspect(T.said), vim.inspect(T.progress), vim.inspect(T.offered)), 2)
  end
  return value
end

function T.equal(found, wanted, what)
  if not vim.deep_equal(found, wanted) then
    error(('%s: %s, not %s'):format(what or 'found', vim.inspect(found), vim.inspect(wanted)), 2)
  end
end

function T.has(text, part)
  if not text or not text:find(part, 1, true) then
    error(('%q is not in %s'):format(part, vim.inspect(text)), 2)
  end
end

--- Every message, whoever shows it.
vim.notify = function(message) T.said[#T.said + 1] = message end
function T.heard(part)
  for _, message in ipairs(T.said) do
    if message:find(part, 1, true) then return message end
  end
end

vim.api.nvim_create_autocmd('LspProgress', { callback = function(event)
  local params = event.data.params
  T.token = params.token
  T.progress[#T.progress + 1] = ('%s %s %s'):format(params.value.kind, params.value.title or '', params.value.message or '')
end })
function T.progressed(part)
  return table.concat(T.progress, '\n'):find(part, 1, true) ~= nil
end
function T.forget() T.said, T.progress, T.offered = {}, {}, {} end

--- Choose in the next menu the first entry that holds `title`.
function T.choose(title)
  T.forget()
  vim.ui.select = function(items, options, choose)
    T.offered = vim.tbl_map(options.format_item or tostring, items)
    for index, shown in ipairs(T.offered) do
      if shown:find(title, 1, true) then return choose(items[index], index) end
    end
    choose(nil)
  end
  vim.lsp.buf.code_action()
  T.wait('a menu with ' .. title, function() return #T.offered > 0 end)
end

function T.client(buffer) return vim.lsp.get_clients({ name = 'testtime', bufnr = buffer or 0 })[1] end
function T.text(buffer) return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), '\n') end

--- Open a file of $PROJECT, with the server attached; the buffer.
function T.edit(name, line)
  vim.cmd.edit(vim.env.PROJECT .. '/' .. name)
  T.wait('the server attaches', function() local client = T.client() return client and client.initialized end)
  if line then vim.api.nvim_win_set_cursor(0, { line, 4 }) end
  return vim.api.nvim_get_current_buf()
end

--- The first failure's diagnostic, after saving `name`.
function T.failing(name)
  local buffer = T.edit(name)
  vim.cmd('silent write')
  T.wait('a diagnostic', function() return #vim.diagnostic.get(buffer) > 0 end)
  return vim.diagnostic.get(buffer)[1]
end

--- What the user sees of a status line.
function T.statusline()
  return vim.api.nvim_eval_statusline("%{v:lua.require'testtime'.statusline()}", {}).str
end

vim.opt.runtimepath:append(vim.env.PLUGIN)
vim.cmd('runtime plugin/testtime.lua')
vim.lsp.config('testtime', { cmd = { vim.env.TESTTIME, 'serve' }, settings = { testtime = { model = vim.env.MODEL or 'none' } } })

local function ended(well, failure)
  if not well then io.stdout:write('FAIL ' .. tostring(failure) .. '\n') end
  -- The server is told to leave, as when a user quits.
  vim.cmd(well and 'qa!' or 'cq')
end

--- A script ends here, or gives the mode in which its second part goes on.
local well, mode, rest = xpcall(function() return assert(loadfile(vim.env.SCRIPT))(T) end, debug.traceback)
if well and rest then
  local function go_on(tries)
    if vim.api.nvim_get_mode().mode == mode then return ended(xpcall(rest, debug.traceback)) end
    if tries == 0 then return ended(false, 'never in mode ' .. mode) end
    vim.defer_fn(function() go_on(tries - 1) end, 20)
  end
  go_on(250)
else
  ended(well, mode)
end
