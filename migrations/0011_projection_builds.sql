-- Tables of read models that are made anew beside those in use, each set in a schema of its own. How far one has come is
-- told by the checkpoints of its parts, which lie among the others under names of their own.

create table projection_builds (
  name text collate "C" not null,
  purpose text collate "C" not null check (purpose in ('rebuild', 'what_if')),
  version int not null,
  -- 'replaced': these are the tables that were in use before the last switch
  state text collate "C" not null check (state in ('building', 'built', 'replaced')),
  parts int not null,                  -- keys are shared out among so many, each with a checkpoint of its own
  program text not null,               -- what makes the rows: another program begins again
  position bigint,                     -- of one that was replaced: where it was then
  begun_at timestamptz not null default now(),
  primary key (name, purpose)
);

alter table projection_builds enable row level security;
alter table projection_builds force row level security;
create policy projector on projection_builds to projector using (true) with check (true);
grant select, insert, update, delete on projection_builds to projector;
