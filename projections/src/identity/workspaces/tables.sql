create table workspaces (
  tenant text collate "C" not null,
  id text collate "C" not null,
  name text not null,
  description text not null,
  archived boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null,             -- of the workspace's stream
  position bigint not null,            -- of its last event
  primary key (tenant, id)
);
