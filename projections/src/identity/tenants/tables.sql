create table tenants (
  tenant text collate "C" primary key,
  name text not null,
  owners text[] collate "C" not null,
  closed boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null,             -- of the tenant's stream
  position bigint not null             -- of its last event
);
