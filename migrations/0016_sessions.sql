-- Sessions go on: each exchange of a refresh token counts, and an old one that comes again ends its session.
alter table sessions
  add column refreshes bigint not null default 0,       -- the number of the refresh token that is good
  add column refreshed_at timestamptz not null default now(),
  add column ends_at timestamptz not null default now(), -- however often it is refreshed
  add column proven_at timestamptz not null default now(), -- when its person last showed a password or a code
  add column client text,                               -- what signed in, as it called itself
  add column revoked_because text,                      -- null: its person signed out
  add column recorded_at timestamptz;                   -- when the event of its end was written

-- Sign-ins of before end when they would have.
update sessions set ends_at = expires_at;
update sessions set recorded_at = revoked_at where revoked_at is not null;

-- Ends of which no event is known to tell.
create index sessions_unrecorded on sessions (revoked_at) where revoked_at is not null and recorded_at is null;
