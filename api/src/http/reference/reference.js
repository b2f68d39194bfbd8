// Shows /openapi.json: operations with their parameters, bodies and answers, then the schemas they name.
// Text goes into the page as text only, so nothing in the document can become markup.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"];

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function nameOf(reference) {
  return reference.split("/").pop();
}

function resolve(specification, value) {
  if (!value || !value.$ref) return value;
  return value.$ref.split("/").slice(1).reduce((found, key) => found?.[key], specification);
}

function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return nameOf(schema.$ref);
  const either = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (either) return either.map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(", ");
  const types = [schema.type ?? "anything"].flat();
  return types.map((type) => (type === "array" ? `list of ${typeOf(schema.items)}` : type)).join(" or ");
}

function boundsOf(schema) {
  const names = ["format", "pattern", "minimum", "maximum", "minLength", "maxLength", "default"];
  const told = names.filter((name) => schema?.[name] !== undefined);
  return told.map((name) => `${name} ${schema[name]}`).join(", ");
}

function typeCell(schema) {
  const target = schema?.$ref ?? schema?.items?.$ref;
  const type = typeOf(schema);
  const cell = element("td", {}, target ? element("a", { href: `#schema-${nameOf(target)}` }, type) : type);
  const bounds = boundsOf(schema);
  if (bounds) cell.append(element("div", { className: "quiet" }, bounds));
  return cell;
}

function table(caption, headings, rows) {
  if (rows.length === 0) return null;
  const head = element("tr", {}, ...headings.map((text) => element("th", { scope: "col" }, text)));
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, head),
    element("tbody", {}, ...rows),
  );
}

function parameters(specification, operation) {
  const rows = (operation.parameters ?? []).map((given) => {
    const parameter = resolve(specification, given);
    const name = element("td", {}, element("code", {}, parameter.name));
    if (parameter.required) name.append(" (required)");
    const about = element("td", {}, parameter.description ?? "");
    return element("tr", {}, name, element("td", {}, parameter.in), typeCell(parameter.schema), about);
  });
  return table("Parameters", ["Name", "In", "Type", "Meaning"], rows);
}

function body(operation) {
  const content = Object.entries(operation.requestBody?.content ?? {});
  const rows = content.map(([type, { schema }]) => element("tr", {}, element("td", {}, type), typeCell(schema)));
  return table("Body", ["As", "Type"], rows);
}

function answers(specification, operation) {
  const rows = Object.entries(operation.responses ?? {}).map(([status, given]) => {
    const answer = resolve(specification, given);
    const schema = Object.values(answer?.content ?? {})[0]?.schema;
    const about = element("td", {}, answer?.description ?? "");
    return element("tr", {}, element("td", {}, status), about, schema ? typeCell(schema) : element("td"));
  });
  return table("Answers", ["Status", "Meaning", "Body"], rows);
}

function operationOf(specification, path, method, operation) {
  const id = `${method}-${path}`;
  const title = element(
    "h3",
    {},
    element("span", { className: "method" }, method.toUpperCase()),
    element("a", { href: `#${encodeURIComponent(id)}` }, path),
  );
  const article = element(
    "article",
    { id },
    title,
    element("p", {}, element("strong", {}, operation.summary ?? "")),
    operation.description ? element("p", {}, operation.description) : null,
    element("p", { className: "quiet" }, `Access: ${operation["x-permission"] ?? "unknown"}`),
    parameters(specification, operation),
    body(operation),
    answers(specification, operation),
  );
  const text = [method, path, operation.summary, operation["x-permission"]].join(" ").toLowerCase();
  return { id, tag: operation.tags?.[0] ?? "other", label: `${method.toUpperCase()} ${path}`, text, article };
}

function operationsOf(specification) {
  return Object.entries(specification.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) =>
      operationOf(specification, path, method, item[method]),
    ),
  );
}

function schemaOf(name, schema) {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([field, given]) => {
    const cell = element("td", {}, element("code", {}, field));
    if (required.has(field)) cell.append(" (required)");
    return element("tr", {}, cell, typeCell(given), element("td", {}, given.description ?? ""));
  });
  const plain = rows.length === 0 ? element("pre", {}, JSON.stringify(schema, null, 2)) : null;
  return element(
    "article",
    { id: `schema-${name}` },
    element("h3", {}, name),
    schema.description ? element("p", {}, schema.description) : null,
    table("Fields", ["Name", "Type", "Meaning"], rows),
    plain,
  );
}

function problems(specification) {
  const rows = (specification["x-problems"] ?? []).map(({ code, status, meaning }) =>
    element(
      "tr",
      { id: `problem-${code}` },
      element("td", {}, element("code", {}, code)),
      element("td", {}, String(status)),
      element("td", {}, meaning),
    ),
  );
  return table("Codes that any operation may answer with", ["Code", "Status", "Meaning"], rows) ?? "";
}

function contents(operations) {
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return tags.flatMap((tag) => {
    const links = operations.filter((operation) => operation.tag === tag).map((operation) => {
      const link = element("a", { href: `#${encodeURIComponent(operation.id)}` }, operation.label);
      operation.entry = element("li", {}, link);
      return operation.entry;
    });
    return [element("h2", {}, tag), element("ul", {}, ...links)];
  });
}

function filter(operations, wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const operation of operations) {
    const fits = words.every((word) => operation.text.includes(word));
    operation.article.hidden = !fits;
    operation.entry.hidden = !fits;
    found += fits ? 1 : 0;
  }
  document.getElementById("found").textContent = `${found} of ${operations.length} operations`;
}

function show(specification) {
  const operations = operationsOf(specification);
  document.getElementById("about").textContent =
    `${specification.info.description} Version ${specification.info.version}.`;
  document.getElementById("contents").replaceChildren(...contents(operations));
  const schemas = Object.entries(specification.components?.schemas ?? {});
  document.getElementById("operations").replaceChildren(
    ...operations.map(({ article }) => article),
    element("h2", {}, "Problems"),
    problems(specification),
    element("h2", {}, "Schemas"),
    ...schemas.map(([name, schema]) => schemaOf(name, schema)),
  );
  const input = document.getElementById("filter");
  input.addEventListener("input", () => filter(operations, input.value));
  filter(operations, input.value);
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

async function start() {
  try {
    const answer = await fetch("/openapi.json");
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
  } catch (error) {
    const told = `The document could not be read (${error.message}).`;
    document.getElementById("operations").replaceChildren(element("p", { role: "alert" }, told));
  }
}

start();
