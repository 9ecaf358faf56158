-- What a person does in Neovim with nothing but its own LSP client; any failure ends with exit code 1 and its reason.
-- Environment: LINTEL (the command), SCENARIO_FILE (edited in place).
local function wait(what, seconds, condition)
  if not vim.wait(seconds * 1000, condition, 20) then error('waited in vain: ' .. what, 0) end
end

local function lines() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\n') .. '\n' end

local function holds(text) return lines():find(text, 1, true) ~= nil end

-- Puts the cursor on the end of the first `text`.
local function go_to(text)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search('\\V' .. text, 'ceW') > 0, 'no line with ' .. text)
end

-- Opens the menu of code actions at the first `text` and picks the one with `title`.
local function pick(text, title)
  go_to(text)
  local picked, titles = false, {}
  vim.ui.select = function(items, _, choose)
    titles = vim.tbl_map(function(item) return item[2].title end, items)
    for _, item in ipairs(items) do
      if item[2].title:find(title, 1, true) then
        picked = true
        choose(item)
        return
      end
    end
    choose(nil)
  end
  -- a verdict may still be under way: a person opens the menu again
  wait('an action ' .. title .. ' at ' .. text, 60, function()
    if not picked then
      local answered = false
      local was = vim.ui.select
      vim.ui.select = function(...) answered = true was(...) end
      vim.lsp.buf.code_action()
      vim.wait(2000, function() return answered end, 20)
      vim.ui.select = was
    end
    return picked
  end)
  return titles
end

local function findings(count)
  wait(count .. ' findings, not ' .. vim.inspect(vim.diagnostic.get(0)), 60, function()
    return #vim.diagnostic.get(0) == count
  end)
end

local steps = {}

function steps.template()
  findings(1)
  local before = lines()
  pick('BucktName', "Write 'BucketName'")
  wait('the fix', 10, function() return holds('BucketName: invoices # as the accountants call it') end)
  findings(0)
  vim.cmd('silent undo')
  assert(lines() == before, 'undo gives the old text back')
  findings(1)

  pick('# an SQS queue', 'Generate: an SQS queue')
  wait('the resource', 60, function() return holds('Type: AWS::SQS::Queue') end)
  findings(1)

  vim.ui.select = function(items, _, choose) choose(items[1]) end
  local all = { only = { 'source.fixAll.lintel' }, diagnostics = {} }
  vim.lsp.buf.code_action(vim.fn.has('nvim-0.8') == 1 and { context = all } or all)
  wait('all safe fixes', 30, function() return holds('BucketName') end)
  findings(0)

  go_to('!Ref Invoices')
  vim.lsp.buf.definition()
  wait('the definition', 10, function() return vim.api.nvim_get_current_line() == '  Invoices:' end)
  vim.lsp.buf.rename('Bills')
  wait('the new name', 10, function() return holds('  Bills:') and holds('!Ref Bills') end)
  vim.lsp.buf.rename('Invoices')
  wait('the old name', 10, function() return holds('  Invoices:') and holds('!Ref Invoices') end)
end

function steps.module()
  findings(1)
  pick('regoin', 'region')
  wait('the fix', 10, function() return holds('region = "${local.area}-west-1" # where we live') end)
  findings(0)

  pick('# an SNS topic', 'Generate: an SNS topic')
  wait('the resource', 60, function() return holds('resource "aws_sns_topic"') end)
  findings(0)

  go_to('${local.area')
  vim.lsp.buf.definition()
  wait('the definition', 10, function() return vim.api.nvim_get_current_line() == '  area = "eu"' end)
  vim.lsp.buf.rename('place')
  wait('the new name', 10, function() return holds('  place = "eu"') and holds('${local.place}') end)
  vim.lsp.buf.rename('area')
  wait('the old name', 10, function() return holds('  area = "eu"') and holds('${local.area}') end)
end

local ok, problem = pcall(function()
  vim.o.swapfile = false
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.SCENARIO_FILE))
  local filetype = vim.env.SCENARIO_FILE:match('%.tf$') and 'terraform' or 'yaml'
  vim.bo.filetype = filetype
  local folder = vim.fn.fnamemodify(vim.env.SCENARIO_FILE, ':h')
  local id = vim.lsp.start_client({ name = 'lintel', cmd = { vim.env.LINTEL, 'serve', '--stdio' }, root_dir = folder })
  vim.lsp.buf_attach_client(0, id)
  steps[filetype == 'yaml' and 'template' or 'module']()
  vim.cmd('silent write')
  local client = vim.lsp.get_client_by_id(id)
  client.stop()
  wait('the end of the server', 10, function() return client.is_stopped() end)
end)
if ok then
  vim.cmd('qall!')
else
  io.stderr:write(tostring(problem) .. '\n')
  vim.cmd('cquit 1')
end
