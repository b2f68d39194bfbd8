-- Append: many units in one call, all or nothing, under one lock. Who was to blame for a refusal is asked of
-- `verdicts` afterwards; refusals are rare here, because caches and lanes of the node sort them out before.

create type new_event as (
  stream_no bigint,                    -- <= 0: the stream that the event with ordinal -stream_no begins
  seq bigint,
  schema_version int2,
  tenant text,
  scope text,
  type text,
  id text,
  event_type text,
  meta json,
  payload json,
  digest bytea
);

-- Whether version `v` at position `p` is still the last event of stream `n`.
create function stream_unchanged(n bigint, v bigint, p bigint) returns boolean language sql stable as $$
  select exists (select from events e where e.position = p and e.stream_no = n and e.seq = v)
     and not exists (select from events e where e.stream_no = n and e.seq > v and e.position > p)
$$;

-- Checks and takes the rare guards of a batch. Any failure aborts the batch.
create function hold_guards(guards jsonb) returns void language plpgsql volatile as $$
declare
  wanted int;
  met int;
  locked text;
begin
  perform from jsonb_to_recordset(guards -> 'unchanged') as g(stream_no bigint, version bigint, position bigint)
    where not stream_unchanged(g.stream_no, g.version, g.position);
  if found then raise exception 'a guarded stream moved' using errcode = 'AT001'; end if;

  perform from jsonb_to_recordset(guards -> 'absent') as g(tenant text, type text, id text)
    join streams s on s.tenant = g.tenant and s.type = g.type and s.id = g.id;
  if found then raise exception 'a guarded stream exists' using errcode = 'AT001'; end if;

  delete from reservations r
    using jsonb_to_recordset(guards -> 'release') as g(kind text, key text, owner text)
    where r.kind = g.kind and r.key = g.key and r.owner = g.owner;
  get diagnostics met = row_count;
  wanted := coalesce(jsonb_array_length(guards -> 'release'), 0);
  if met <> wanted then raise exception 'a reservation to release is not held' using errcode = 'AT001'; end if;

  insert into reservations(kind, key, owner)  -- taken already: unique_violation
    select g.kind, g.key, g.owner
    from jsonb_to_recordset(guards -> 'take') as g(kind text, key text, owner text);

  wanted := coalesce(jsonb_array_length(guards -> 'fence'), 0);
  if wanted > 0 then
    with fenced as (select g.claim from jsonb_to_recordset(guards -> 'fence') as g(claim text)),
    had as (select c.claim from claims c join fenced f on f.claim = c.claim
            order by c.claim for update of c skip locked)
    select json_agg(c.claim)::text into locked from claims c join fenced f on f.claim = c.claim
      where c.claim not in (select claim from had);
    if locked is not null then
      raise exception 'a claim is locked' using errcode = 'AT003', detail = locked;
    end if;
    update claims c set state = 'done'
      from jsonb_to_recordset(guards -> 'fence') as g(claim text, attempt int, epoch bigint)
      where c.claim = g.claim and c.attempt = g.attempt and c.epoch = g.epoch and c.state = 'open';
    get diagnostics met = row_count;
    if met <> wanted then raise exception 'a claim is fenced' using errcode = 'AT001'; end if;
  end if;

  -- Counters move unit by unit, in the order of the batch, and no step may leave what is allowed; a counter that is
  -- over it already may only go down.
  perform from (
      select c.used, c.allowed, g.amount, sum(g.amount) over (partition by g.tenant, g.name order by g.unit) as moved
        from jsonb_to_recordset(guards -> 'count') as g(unit int, tenant text, name text, amount bigint)
        left join counters c on c.tenant = g.tenant and c.name = g.name) g
    where not coalesce(g.used + g.moved between 0 and greatest(g.allowed, g.used + g.moved - g.amount), false);
  if found then raise exception 'over quota' using errcode = 'AT001'; end if;
  update counters c set used = c.used + g.amount
    from (select tenant, name, sum(amount) as amount
            from jsonb_to_recordset(guards -> 'count') as g(tenant text, name text, amount bigint)
            group by tenant, name) g
    where c.tenant = g.tenant and c.name = g.name;
end $$;

create function append(
  p_batch uuid,
  p_incarnation uuid,
  p_events new_event[],
  p_digests bytea,                     -- the digests of the events, one after the other
  known_no bigint[],                   -- streams that exist: number, expected version, position of that event
  known_version bigint[],
  known_position bigint[],
  new_tenant text[],                   -- streams that begin here: name, ordinal of their first event
  new_type text[],
  new_id text[],
  new_first bigint[],
  command_ids uuid[],                  -- keyed commands: id, request mac, ordinal of the first event, events
  command_macs bytea[],
  command_first bigint[],
  command_events int[],
  guards jsonb                         -- null when no unit has a rare guard
) returns table (first_position bigint, recorded_at timestamptz) language plpgsql volatile as $$
#variable_conflict use_column
declare
  head bigint;
  previous bytea;
  stamp timestamptz;
  today date;
  looked_through date;
  of_incarnation uuid;
  met bigint;
  batch_digest bytea;
begin
  if cardinality(command_ids) > 0 then
    -- Earlier days do not change any more, so they are looked through before the lock is asked for.
    looked_through := (clock_timestamp() at time zone 'UTC')::date;
    perform from command_log l where l.command_id = any(command_ids) and l.day < looked_through;
    if found then raise exception 'a command was carried out before' using errcode = 'AT001'; end if;
  end if;

  -- A statement of its own: the statements after it see everything that was committed before the lock was had.
  lock table log_lock in exclusive mode;
  select b.last_position, b.chain_hash, greatest(clock_timestamp(), b.recorded_at), b.incarnation
    into strict head, previous, stamp, of_incarnation
    from log_batches b order by b.last_position desc limit 1;
  if of_incarnation <> p_incarnation then
    raise exception 'another incarnation' using errcode = 'AT002';
  end if;

  if guards is not null then perform hold_guards(guards); end if;

  if cardinality(known_no) > 0 then
    -- Not ahead: the expected event exists, at its place. Not behind: the unique index (stream_no, seq) of the
    -- partition refuses a second event with that number; where a partition border lies between, it is looked up.
    select count(*) into met
      from unnest(known_no, known_version, known_position) k(no, version, position)
      join events e on e.position = k.position and e.stream_no = k.no and e.seq = k.version
      where k.position >= (head + cardinality(p_events)) / 10000000 * 10000000
         or not exists (select from events y
                        where y.stream_no = k.no and y.seq > k.version and y.position > k.position);
    if met <> cardinality(known_no) then
      raise exception 'a stream is not at its expected version' using errcode = 'AT001';
    end if;
  end if;

  if cardinality(new_id) > 0 then
    insert into streams(tenant, type, id, stream_no)
      select t, y, i, head + f from unnest(new_tenant, new_type, new_id, new_first) u(t, y, i, f);
  end if;

  if cardinality(command_ids) > 0 then
    -- The unique index of today's partition refuses doubles of today. While midnight is near, an append of
    -- yesterday may have been under way when the earlier days were looked through.
    today := (stamp at time zone 'UTC')::date;
    if looked_through < today or (stamp at time zone 'UTC')::time < time '00:05' then
      perform from command_log l where l.command_id = any(command_ids);
      if found then raise exception 'a command was carried out before' using errcode = 'AT001'; end if;
    end if;
    insert into command_log(command_id, day, first_position, events, request_mac, recorded_at)
      select c, today, head + f, n, m, stamp
      from unnest(command_ids, command_macs, command_first, command_events) u(c, m, f, n);
  end if;

  insert into events(position, stream_no, seq, recorded_at, schema_version, tenant, scope, type, id, event_type,
                     meta, payload, digest)
    select head + n, case when e.stream_no <= 0 then head - e.stream_no else e.stream_no end, e.seq, stamp,
           e.schema_version, e.tenant, e.scope, e.type, e.id, e.event_type, e.meta, e.payload, e.digest
    from unnest(p_events) with ordinality
      e(stream_no, seq, schema_version, tenant, scope, type, id, event_type, meta, payload, digest, n);
  get diagnostics met = row_count;

  batch_digest := sha256(p_digests);
  insert into log_batches(last_position, first_position, recorded_at, batch_id, incarnation, digest, chain_hash)
    values (head + met, head + 1, stamp, p_batch, of_incarnation, batch_digest,
            sha256(previous || int8send(head + 1) || int8send(head + met) || timestamptz_send(stamp)
                   || uuid_send(of_incarnation) || batch_digest));
  first_position := head + 1;
  recorded_at := stamp;
  return next;
end $$;

-- After a refusal or an unknown outcome: which units may not pass, and why. Reads only, under the lock. A unit
-- without a row may be sent again; unit -1 with 'committed' says that the whole batch is in the log.
create function verdicts(
  p_batch uuid,
  p_seen bigint,                       -- a head position seen before the batch was first sent
  known_unit int[], known_no bigint[], known_version bigint[], known_position bigint[],
  new_unit int[], new_tenant text[], new_type text[], new_id text[],
  command_unit int[], command_ids uuid[],
  guards jsonb
) returns table (unit int, verdict text, first_position bigint, recorded_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  counted record;
  named int[];
  fits boolean;
  added jsonb := '{}';                 -- by how much the units so far move each counter
  moved jsonb;
begin
  lock table log_lock in exclusive mode;
  return query select -1, 'committed'::text, b.first_position, b.recorded_at
    from log_batches b where b.last_position > p_seen and b.batch_id = p_batch;
  if found then return; end if;

  for unit, verdict, first_position in
    select distinct on (u) u, v, p from (
      select c.u, 'duplicate', l.first_position, 1
        from unnest(command_unit, command_ids) c(u, id) join command_log l on l.command_id = c.id
      union all
      select k.u, 'conflict', null, 2
        from unnest(known_unit, known_no, known_version, known_position) k(u, no, version, position)
        where not stream_unchanged(k.no, k.version, k.position)
      union all
      select k.u, 'conflict', null, 2
        from unnest(new_unit, new_tenant, new_type, new_id) k(u, tenant, type, id)
        join streams s on s.tenant = k.tenant and s.type = k.type and s.id = k.id
      union all
      select g.unit, 'conflict', null, 2
        from jsonb_to_recordset(guards -> 'unchanged') as g(unit int, stream_no bigint, version bigint, position bigint)
        where not stream_unchanged(g.stream_no, g.version, g.position)
      union all
      select g.unit, 'conflict', null, 2
        from jsonb_to_recordset(guards -> 'absent') as g(unit int, tenant text, type text, id text)
        join streams s on s.tenant = g.tenant and s.type = g.type and s.id = g.id
      union all
      select g.unit, 'taken', null, 3
        from jsonb_to_recordset(guards -> 'take') as g(unit int, kind text, key text)
        join reservations r on r.kind = g.kind and r.key = g.key
        where not exists (
          select from jsonb_to_recordset(guards -> 'release') as q(unit int, kind text, key text, owner text)
          where q.unit = g.unit and q.kind = r.kind and q.key = r.key and q.owner = r.owner)
      union all
      select g.unit, 'not_owner', null, 3
        from jsonb_to_recordset(guards -> 'release') as g(unit int, kind text, key text, owner text)
        left join reservations r on r.kind = g.kind and r.key = g.key and r.owner = g.owner
        where r.key is null
      union all
      select g.unit, 'fenced', null, 3
        from jsonb_to_recordset(guards -> 'fence') as g(unit int, claim text, attempt int, epoch bigint)
        left join claims c on c.claim = g.claim and c.attempt = g.attempt and c.epoch = g.epoch and c.state = 'open'
        where c.claim is null
    ) z(u, v, p, o) order by u, o
  loop
    named := named || unit;
    return next;
  end loop;

  -- Counters are added up in the order of the batch, past the units named above. A unit moves all its counters or
  -- none, so one that is stopped leaves room for those behind it.
  first_position := null;
  for counted in
    select g.unit, array_agg(g.tenant || '/' || g.name) as keys, array_agg(g.amount) as amounts,
           array_agg(c.used) as used, array_agg(c.allowed) as allowed
      from (select unit, tenant, name, sum(amount)::bigint as amount
              from jsonb_to_recordset(guards -> 'count') as g(unit int, tenant text, name text, amount bigint)
              group by unit, tenant, name) g
      left join counters c on c.tenant = g.tenant and c.name = g.name
      where g.unit <> all(coalesce(named, '{}'))
      group by g.unit order by g.unit
  loop
    select bool_and(coalesce(m.used + m.moved between 0 and greatest(m.allowed, m.used + m.moved - m.amount), false)),
           added || jsonb_object_agg(m.key, m.moved)
      into fits, moved
      from (select k.key, k.used, k.allowed, k.amount, coalesce((added ->> k.key)::numeric, 0) + k.amount as moved
              from unnest(counted.keys, counted.amounts, counted.used, counted.allowed)
                k(key, amount, used, allowed)) m;
    if fits then
      added := moved;
    else
      unit := counted.unit;
      verdict := 'over_quota';
      return next;
    end if;
  end loop;
end $$;

revoke execute on function append, verdicts, hold_guards, stream_unchanged from public;
grant execute on function append, verdicts, hold_guards, stream_unchanged to log_writer;
