-- How far each read model has come, which process writes it, and what was set aside. The tables of read models
-- themselves are no part of the migrations: each brings its own.

create table projection_checkpoints (
  name text collate "C" not null,
  version int not null,
  incarnation uuid not null,
  position bigint not null,            -- everything up to here is in the read model, or set aside
  parked_keys int not null default 0,
  owner uuid,                          -- the process that writes it, for as long as the lease lasts
  lease_until timestamptz,
  updated_at timestamptz not null default now(),
  primary key (name, version)
) with (fillfactor = 50);              -- one row, updated with every batch: its versions stay on one page

-- Keys that an event could not be projected for: the first of their parked events. The later ones wait behind it.
create table parked_keys (
  name text collate "C" not null,
  version int not null,
  key text collate "C" not null,
  reason text not null,
  parked_at timestamptz not null default now(),
  primary key (name, version, key)
);

create table parked_events (
  name text collate "C" not null,
  version int not null,
  key text collate "C" not null,
  position bigint not null,
  primary key (name, version, key, position)
);

do $$
declare name text;
begin
  foreach name in array array['projection_checkpoints', 'parked_keys', 'parked_events'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy projector on %I to projector using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on %I to projector', name);
  end loop;
end $$;

-- Whoever reads a read model may ask how far it has come.
create policy app on projection_checkpoints for select to app using (true);
grant select on projection_checkpoints to app;
