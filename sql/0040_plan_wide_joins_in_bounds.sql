--! name: plan wide joins in bounds
--! why: the planner tries every order of the tables in FROM and looks at no time limit meanwhile: eleven tables joined by one id took
--!      nine seconds and 800 MB, twice, before the first row
--! locks: none that anyone waits for
--! undo: alter role zava_mcp reset geqo; alter role zava_mcp reset geqo_threshold; alter role zava_mcp reset geqo_effort
--! requires: 0001

-- From eight tables on the planner tries a sample of the orders, always the same one, and forgets each after trying it.
alter role zava_mcp set geqo = on;
alter role zava_mcp set geqo_threshold = 8;
alter role zava_mcp set geqo_effort = 1;
