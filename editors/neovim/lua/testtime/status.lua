--- What the server last said of itself (notification `testtime/status`), and the status line made of it.

local M = {}

---@class testtime.Status
---@field effort string
---@field today { usd: number?, tokens: integer }
---@field cap number?
---@field running { token: string, title: string, message: string }[]
---@field last? { title: string, verified: boolean, usd: number?, report: string? }

---@type testtime.Status?
M.known = nil

--- `$0.00`, `$0.0042`, `$1.20`; `$?` for a price that is not known.
---@param usd? number
---@return string
function M.money(usd)
  if usd == nil or usd == vim.NIL then
    return '$?'
  end
  if usd == 0 or usd >= 0.01 then
    return ('$%.2f'):format(usd)
  end
  return ('$%.2g'):format(usd)
end

---@param status testtime.Status
function M.update(status)
  M.known = status
  vim.api.nvim_exec_autocmds('User', { pattern = 'TesttimeStatus', modeline = false })
  M.redraw()
end

function M.redraw()
  vim.cmd.redrawstatus({ bang = true })
end

--- The effort that new work gets.
---@return string
function M.effort()
  local client = require('testtime.client').find()
  local settings = client and client.settings and client.settings.testtime or {}
  return settings.effort or (M.known and M.known.effort) or 'medium'
end

---@return string
function M.line()
  if #vim.lsp.get_clients({ name = 'testtime', bufnr = 0 }) == 0 then
    return ''
  end
  local parts = { 'testtime ' .. M.effort() }
  local _, work = next(require('testtime.progress').running)
  if work then
    parts[2] = ('%s: %s'):format(work.title, work.message)
  elseif M.known then
    parts[2] = M.money(M.known.today.usd) .. ' today'
  end
  return table.concat(parts, ' · ')
end

--- One sentence about money: today, the cap, and the last fix.
---@param status testtime.Status
---@return string
function M.spend(status)
  local text = 'today ' .. M.money(status.today.usd)
  if status.cap and status.cap ~= vim.NIL then
    text = ('%s of %s'):format(text, M.money(status.cap))
  end
  text = ('%s · %d tokens'):format(text, status.today.tokens)
  local last = status.last
  if last and last ~= vim.NIL then
    text = text .. (' · last: %s, %s'):format(last.title, M.money(last.usd))
  end
  return text
end

return M
