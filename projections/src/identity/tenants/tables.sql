create table tenants (
  tenant text collate "C" primary key,
  name text not null,
  owners text[] collate "C" not null,
  suspended boolean not null,
  closes_at timestamptz,               -- when it is closed, unless that is taken back
  closed boolean not null,
  emptied boolean not null,            -- whether everything in it has ended
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null,             -- of the tenant's stream
  position bigint not null             -- of its last event
);

-- The same for the administrators of the platform, who look at all of them.
create table tenant_directory (
  tenant text collate "C" not null,    -- the platform
  id text collate "C" not null,
  name text not null,
  owners text[] collate "C" not null,
  suspended boolean not null,
  closes_at timestamptz,
  closed boolean not null,
  emptied boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null,
  position bigint not null,
  primary key (tenant, id)
);

create index tenant_directory_ending on tenant_directory (tenant, closes_at)
  where closes_at is not null and not emptied;
create index tenant_directory_closed on tenant_directory (tenant) where closed and not emptied;
