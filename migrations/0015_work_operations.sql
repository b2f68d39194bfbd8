-- Work that an operator gets going again, lets go or sets aside. What will move is fixed when it is looked at, and moves
-- some at a time, so that an operation that was cut short goes on where it was.

create table work_operations (
  operation text collate "C" primary key,
  deed text collate "C" not null check (deed in ('retry', 'discard', 'park')),
  target text not null,                -- what was asked for
  pieces bigint not null default 0,
  moved bigint not null default 0,
  left_alone bigint not null default 0,  -- had changed since they were looked at
  planned_at timestamptz not null default clock_timestamp(),
  begun_at timestamptz,                -- null: somebody still looks at it
  ended_at timestamptz
);

create table work_moves (
  operation text collate "C" not null,
  seq bigint not null,                 -- of the work
  claim text collate "C" not null,
  state text collate "C" not null,     -- as it was looked at
  attempt int not null,
  epoch bigint not null,
  outcome text collate "C" check (outcome in ('moved', 'left_alone')),  -- null: its turn has not come
  primary key (operation, seq)
);

create index work_moves_to_come on work_moves (operation, seq) where outcome is null;

do $$
declare name text;
begin
  foreach name in array array['work_operations', 'work_moves'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy worker on %I to worker using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on %I to worker', name);
  end loop;
end $$;

-- Whoever brings back what its key has gone past keeps the intake from making work of that key meanwhile.
create policy worker on projection_checkpoints to worker using (true) with check (true);
grant select, update (updated_at) on projection_checkpoints to worker;
