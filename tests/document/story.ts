// The story of one contract, told with openapi-fetch and the types that openapi-typescript makes from the document.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./good-measure.js";

const period = "2026-27-Q1";

function clientOf(key: string) {
  return createClient<paths>({
    baseUrl: process.env["BASE"]!,
    headers: { Authorization: `Bearer ${process.env[key]}` },
  });
}

/** What was answered, where it is no problem. */
function good<T>(answer: { data?: T; error?: components["schemas"]["Problem"] }): T {
  assert.ok(answer.data, JSON.stringify(answer.error));
  return answer.data;
}

function same<T>(what: string, found: T, expected: T) {
  assert.deepEqual(found, expected, what);
  console.log(`  ${what}: ${found}`);
}

const reporter = clientOf("REPORTER");
const commissioner = clientOf("COMMISSIONER");

const anchor = good(await commissioner.POST("/v1/organisations", {
  body: { name: "Halton Borough Council", kind: "council", anchor_institution: true, place: "halton" },
}));
const supplier = good(await commissioner.POST("/v1/organisations", {
  body: { name: "Wigg Island Works", kind: "business" },
}));

const contract = good(await commissioner.POST("/v1/contracts", {
  body: {
    reference: "TS-1",
    title: "Told in TypeScript",
    anchor_institutions: [{ organisation: anchor.id, share: "1" }],
    supplier: supplier.id,
    value: "100000.00",
    starts_on: "2026-04-01",
    ends_on: "2027-03-31",
    place: "halton",
    proxy_edition: "open-uk/2026",
    reporting: "quarterly",
  },
}));
same("periods", contract.periods.length, 4);
const path = { id: contract.id };
good(await commissioner.POST("/v1/contracts/{id}/commitments", {
  params: { path },
  body: { measure: "car-miles-saved", target: "40000", kpi: true },
}));

const at = { params: { path: { id: contract.id, period } } };
const draft = good(await reporter.PUT("/v1/contracts/{id}/returns/{period}", {
  ...at,
  body: {
    lines: [{
      measure: "car-miles-saved",
      quantity: "10000",
      evidence: [{ link: "https://example.org/miles", quantity: "9000" }],
    }],
    attestation: { contract_and_period_only: true, relates_to_commitment: true },
  },
}));
same("state", draft.state, "draft");
const submitted = good(await reporter.POST("/v1/contracts/{id}/returns/{period}/submission", at));
same("state", submitted.state, "submitted");

const body = { revision: 1, decision: "accept" } as const;
const own = await reporter.POST("/v1/contracts/{id}/returns/{period}/decision", { ...at, body });
same("deciding one's own return", own.error?.status, 403);
const decided = good(await commissioner.POST("/v1/contracts/{id}/returns/{period}/decision", { ...at, body }));
same("state", decided.state, "accepted");

// 10,000 miles x 0.26915 kg = 2.6915 t, each £308.706177909724.
const social = good(await commissioner.GET("/v1/contracts/{id}/value", { params: { path } })).columns["social"];
same("claimed", social?.claimed.worth, "830.88");
same("evidenced", social?.evidenced.worth, "747.79");
same("verified", social?.verified.worth, "830.88");

const found = good(await commissioner.GET("/v1/roll-ups", {
  params: { query: { by: "anchor_institution,measure", stage: "verified", anchor_institution: anchor.id } },
}));
same("rolled up", `${found.rows[0]?.quantity} ${found.rows[0]?.unit}`, "10000 vehicle-mile");
same("total", found.totals.map((total) => total.worth).join(), "830.88");
console.log("The story holds, told in TypeScript.");
