create table members (
  tenant text collate "C" not null,
  user_id text collate "C" not null,
  role text collate "C" not null,
  workspaces text[] collate "C" not null,
  since timestamptz not null,
  version bigint not null,             -- of the membership's stream
  position bigint not null,            -- of its last event
  primary key (tenant, user_id)
);
