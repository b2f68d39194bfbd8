-- What an operator wants to know of work that fails, and what tells work that was begun from work that was only claimed.

alter table work
  add column unbegun int,              -- the attempt that was claimed, until its effect is begun; for effects at most once
  add column claimed_at timestamptz,   -- when it was claimed last
  add column failed_at timestamptz,    -- when it failed last, or was lost
  add column class text collate "C";   -- what kind of failure that was

-- Attempts that did not end well. The last one that did is the row of the work itself.
create table work_attempts (
  claim text collate "C" not null,
  epoch bigint not null,
  attempt int not null,
  began_at timestamptz,
  ended_at timestamptz not null default clock_timestamp(),
  outcome text collate "C" not null,   -- the state that it left the work in
  class text collate "C" not null,
  said text,
  primary key (claim, epoch, attempt)
);

alter table work_attempts enable row level security;
alter table work_attempts force row level security;
create policy worker on work_attempts to worker using (true) with check (true);
grant select, insert, delete on work_attempts to worker;
