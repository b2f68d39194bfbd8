-- Nothing personal: that lies sealed in the log, and whoever shows people opens it there.
create table users (
  tenant text collate "C" not null,    -- the platform: people belong to none of their tenants
  id text collate "C" not null,
  tenants text[] collate "C" not null,
  state text collate "C" not null,      -- active, suspended or deleted
  registered_at timestamptz not null,
  version bigint not null,             -- of the user's stream
  position bigint not null,            -- of its last event
  primary key (tenant, id)
);

create index users_in_state on users (tenant, state, id);
