-- What people prove themselves with, and which sign-ins are valid. These rows change and go, so they are no events; a
-- row is inert until an event names it. Only the role `identity` sees them.

create table credentials (
  id text collate "C" primary key,
  user_id text collate "C" not null,
  password_hash text not null,         -- Argon2id, in PHC form
  created_at timestamptz not null default now(),
  named_at timestamptz                 -- null: no event is known to name it yet
);

create table sessions (
  id text collate "C" primary key,
  user_id text collate "C" not null,
  tenant text collate "C" not null,    -- the one it is at work in
  started_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);

-- What nothing came to name, "last used" of a person, and what was revoked of late.
create index credentials_unnamed on credentials (created_at) where named_at is null;
create index sessions_of_user on sessions (user_id, used_at desc);
create index sessions_revoked on sessions (revoked_at) where revoked_at is not null;

do $$
declare name text;
begin
  foreach name in array array['credentials', 'sessions'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy identity on %I to identity using (true) with check (true)', name);
  end loop;
end $$;

grant select, insert, update, delete on credentials to identity;
grant select, insert, update, delete on sessions to identity;

-- Signing in asks whose a name is, before it can ask anything else.
create policy identity on reservations for select to identity using (true);
grant select on reservations to identity;
