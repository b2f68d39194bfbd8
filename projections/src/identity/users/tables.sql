-- What is personal is null once its subject was erased.
create table users (
  tenant text collate "C" not null,    -- the platform: people belong to none of their tenants
  id text collate "C" not null,
  email text,
  username text,
  name text,
  tenants text[] collate "C" not null,
  registered_at timestamptz not null,
  version bigint not null,             -- of the user's stream
  position bigint not null,            -- of its last event
  primary key (tenant, id)
);
