-- All rows are the platform's: it looks at all tenants, and tells each of its own.
create table daily_events (
  tenant text collate "C" not null,    -- the platform
  id text collate "C" not null,        -- the tenant in which it happened
  day date not null,                   -- of UTC
  events bigint not null,
  primary key (tenant, id, day)
);

create index on daily_events (day);

-- Tenants that have a limit.
create table daily_event_limits (
  tenant text collate "C" not null,
  id text collate "C" not null,
  allowed bigint not null,
  primary key (tenant, id)
);
