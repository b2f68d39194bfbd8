-- Which comments are on which record. What they say lies sealed in the log, and whoever shows them opens it there.
create table comments (
  tenant text collate "C" not null,
  id text collate "C" not null,        -- of its stream
  base text collate "C" not null,
  record text collate "C" not null,
  comment text collate "C" not null,   -- what callers call it
  written bigint not null,             -- the position of its first event
  version bigint not null,             -- of its stream
  position bigint not null,            -- of its last event
  primary key (tenant, id)
);

create index on comments (tenant, base, record, written);
