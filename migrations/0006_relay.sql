-- Which stream of the broker holds which part of the log. Rows are added and never removed: the newest generation of
-- the present incarnation is the one in use.

create table relay_streams (
  incarnation uuid not null,
  generation int not null,
  name text collate "C" not null unique,
  base bigint not null,                -- sequence in the stream = position - base
  begun_at timestamptz not null default now(),
  made_at timestamptz,                 -- the broker has had it: when it is not there any more, it is lost
  primary key (incarnation, generation)
);

alter table relay_streams enable row level security;
alter table relay_streams force row level security;
create policy relay on relay_streams to relay using (true) with check (true);
create policy log_reader on relay_streams for select to log_reader using (true);
grant select, insert, update (made_at) on relay_streams to relay;
grant select on relay_streams to log_reader;
