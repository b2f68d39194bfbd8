-- What guards signing in: how much was asked for by whom, and which devices are let past it. Only the role `identity`
-- sees them. Logged like other tables: a crash must not give everybody their tries back.

-- A bucket: all that counts is when it is full again. `key` is an HMAC; no address and no name stands here. No index
-- on the time, so that a change writes no index.
create table rate_limits (
  key text collate "C" primary key,
  full_at timestamptz not null
) with (fillfactor = 50);

-- A device on which somebody has signed in.
create table trusted_devices (
  token_hash bytea primary key,        -- SHA-256
  user_id text collate "C" not null,
  made_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create index trusted_devices_of_user on trusted_devices (user_id, expires_at desc);

do $$
declare name text;
begin
  foreach name in array array['rate_limits', 'trusted_devices'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy identity on %I to identity using (true) with check (true)', name);
  end loop;
end $$;

grant select, insert, update, delete on rate_limits to identity;
grant select, insert, update, delete on trusted_devices to identity;
