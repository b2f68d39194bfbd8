-- The event log. Nothing here is updated on the way of an append, so nothing decays under a long snapshot.

create table events (
  position bigint not null,
  stream_no bigint not null,           -- position of the first event of its stream
  seq bigint not null,                 -- version: place in its stream
  recorded_at timestamptz not null,
  schema_version int2 not null,
  tenant text collate "C" not null,
  scope text collate "C",              -- workspace id, or none
  type text collate "C" not null,
  id text collate "C" not null,
  event_type text collate "C" not null,
  meta json not null,                  -- json keeps the bytes that the digest was taken of
  payload json not null,
  digest bytea not null,
  primary key (position)
) partition by range (position);

create table streams (
  tenant text collate "C" not null,
  type text collate "C" not null,
  id text collate "C" not null,
  stream_no bigint not null,
  primary key (id, tenant, type)       -- the part that tells streams apart comes first: one comparison a step
);

create table log_batches (
  last_position bigint primary key,
  first_position bigint not null,
  recorded_at timestamptz not null,
  batch_id uuid not null,
  incarnation uuid not null,
  digest bytea not null,
  chain_hash bytea not null
);

-- Only commands that came with a key of their caller.
create table command_log (
  command_id uuid not null,
  day date not null,
  first_position bigint not null,
  events int not null,
  request_mac bytea not null,
  recorded_at timestamptz not null,
  primary key (command_id, day)
) partition by list (day);

create table reservations (
  kind text collate "C" not null,
  key text collate "C" not null,
  owner text collate "C" not null,
  primary key (kind, key)
);

create table claims (
  claim text collate "C" primary key,
  attempt int not null,
  epoch bigint not null,
  state text collate "C" not null check (state in ('open', 'done'))
);

create table counters (
  tenant text collate "C" not null,
  name text collate "C" not null,
  used bigint not null check (used >= 0),
  allowed bigint not null,
  primary key (tenant, name)
);

create table subject_keys (
  tenant text collate "C" not null,
  subject text collate "C" not null,
  kek text collate "C" not null,       -- name of the key-encryption key that wraps this one
  wrapped bytea,                       -- null: destroyed, everything sealed with it is unreadable for ever
  created_at timestamptz not null default now(),
  erased_at timestamptz,
  primary key (tenant, subject),
  check ((wrapped is null) = (erased_at is not null))
);

-- Enough of the keys outside the database to know them again.
create table key_marks (
  name text collate "C" primary key,
  mark bytea not null
);

create table snapshots (
  tenant text collate "C" not null,
  type text collate "C" not null,
  id text collate "C" not null,
  stream_no bigint not null,
  version bigint not null,
  position bigint not null,
  state_hash bigint not null,
  state json not null,
  primary key (tenant, type, id)
);

-- The lock of the log is a table, so that only a role with a right on it can take it.
create table log_lock ();

do $$
declare name text;
begin
  foreach name in array array['events', 'streams', 'log_batches', 'command_log', 'reservations', 'claims',
                              'counters', 'subject_keys', 'key_marks', 'snapshots', 'log_lock'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy log_writer on %I to log_writer using (true) with check (true)', name);
  end loop;
  foreach name in array array['events', 'streams', 'log_batches', 'snapshots', 'key_marks'] loop
    execute format('create policy log_reader on %I for select to log_reader using (true)', name);
  end loop;
  foreach name in array array['events', 'streams', 'counters'] loop
    execute format('create policy app on %I for select to app using (tenant = current_setting(''airtide.tenant'', true))', name);
  end loop;
end $$;
create policy app on log_batches for select to app using (true);

grant select, insert on events, streams, log_batches, command_log, subject_keys, key_marks to log_writer;
grant select, insert, update on snapshots to log_writer;
grant select, update on counters, claims to log_writer;
grant select, insert, delete on reservations to log_writer;
grant select, update on log_lock to log_writer;
grant select on events, streams, log_batches, snapshots, key_marks to log_reader;
grant select on events, streams, log_batches, counters to app;
grant select on all tables in schema public to backup;
alter default privileges in schema public grant select on tables to backup;
