-- Nodes announce what they wrote themselves, after the append and at a bounded pace: a notification within it takes a
-- lock of the whole cluster at each commit, and everybody who appends waits for that.
drop trigger announce on log_batches;
drop function announce_batch;
