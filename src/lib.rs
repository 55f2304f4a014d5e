//! Good Measure counts social value. Commissioners put commitments on their contracts, suppliers report
//! what they did each quarter, a sourced table of proxy values turns that into pounds, and the pounds
//! roll up across contracts to each anchor institution.
//!
//! This is the map of the house.
//!
//! ```text
//! main.rs
//!   cli/            the hands: serve, demo, migrate, value, import, export, check-proxies, verify, keys, openapi
//!   http/           how it speaks: a file per resource; error.rs alone knows both an error and a status
//!   operations/     what can be done: a file per verb; a transaction begins only here
//!   storage/        what is kept: Store (one enum over two pools), a file per noun, SQL above its use
//!   catalogue/      what is shipped, and what users bring: reads proxies/ and tables into editions
//!   domain/         what it means: pure
//! ```
//!
//! Arrows point down only; `tests/it/tidy` holds that, and the sizes of files and functions.
//!
//! # One request, walked through
//!
//! `POST /v1/contracts/{id}/returns/2026-27-Q1/submission` arrives in [`http`] and passes the edges (limits, tags,
//! headers). `http/access.rs` looks its key up by hash ([`operations::keys`]), or checks the access token of a person,
//! which gives an actor with grants; finds the action of the route, how the actor's organisations stand to the contract,
//! and asks [`domain::policy`]. The handler hands its work to [`operations::carry_out`], which begins a transaction on the
//! [`storage::Store`] and looks whether the request was answered before under its `Idempotency-Key`. In it,
//! [`operations::submit_return`] takes the contract's chain, so that nobody else changes this contract. It reads the
//! contract, its commitments
//! and its returns, and asks the domain what stops the draft: [`domain::counting`] looks for anything
//! counted twice, [`domain::ledger::standing`] values each line through [`domain::valuation`] and says
//! which postings should stand. [`domain::ledger::difference`] compares that with the postings that do
//! stand, and only the difference is appended: reversals first, then statements, each chained by hash to
//! the one before. The stored totals take the same difference, the audit takes an entry, the answer is kept beside them,
//! and the transaction ends; of a dry run everything is rolled back. A refusal on the way is a [`operations::Refusal`], which `http/error.rs` alone turns
//! into a status and a problem document; nothing was stored then.
//!
//! # What never happens
//!
//! - No floating point, and no rounding but once a line, half away from zero (V2, V3); unit values are rounded once before,
//!   to 12 places, when their edition is published (V9).
//! - No posting and no entry of the audit is changed or deleted (L1, L8). No draft, once submitted, is changed either.
//! - Nothing is valued by two pieces of code: a what-if, a commitment, a draft and a submitted return all
//!   go through [`domain::valuation::value`] (V16).
//! - No total crosses a column, a stage, a basis (V13, [`domain::basis::Basis`]) or a source of money
//!   ([`domain::funding::FundingSource`]).
//! - No clock is read and no id made below the command line: both are arguments ([`operations::Office`]).
//! - No figure of a contract outside the reach of who asks, not in a total, a count or a cursor: [`domain::policy::Reach`]
//!   goes into the SQL. `http` alone asks the policy.
//! - No publication changes, but for whether anybody may read it; and nothing is recorded at a moment of which somebody
//!   was told already ([`operations::known`]).
//! - No SQL outside [`storage`], no status outside [`http`], no input or output in [`domain`].
//!
//! # Why?
//!
//! *Why is the worth not computed in SQL?* Because every pound must explain itself, and the working is
//! made by the same code as the worth. It would change if a database could show its steps.
//!
//! *Why one enum over two databases and not a trait?* Two implementations drift; one text of SQL cannot.
//! It would change if a third database came that cannot speak the common text.
//!
//! *Why are the postings chained per contract?* So that suppliers do not queue behind each other, and a
//! contract's ledger can be checked alone. It would change if auditors needed one order over all contracts.
//!
//! *Why is the audit chained per contract too?* For the same reasons; what belongs to no contract has a chain of its
//! own. It would change if somebody outside kept the end of one chain for all.
//!
//! *Why does `verify` replay history instead of trusting stored workings?* A stored working can be wrong
//! together with its posting; what was reported, and the sealed edition, cannot. It would change if the
//! replay of the largest contract took longer than an auditor waits.
//!
//! *Why is a table that users bring kept as the files of an edition, and not as rows?* So that it is read, checked and sealed
//! by the code that reads what is shipped, and no two ways can differ. It would change if somebody edited single values.
//!
//! *Why does a verb take a transaction and not begin one?* So that one place can keep the answer with its effect, try
//! without keeping, and do many things at once. It would change if the databases kept answers for us.
//!
//! *Why does a hidden contract cost a query, and not a look into a cache of what is hidden?* It is found missing by the same
//! statement as one that is not there, so that time tells nothing. It would change if contracts were public.
//!
//! *Why are totals stored at all?* A dashboard over millions of lines must not add them up each time. It
//! would change if the databases answered such sums in a millisecond.
//!
//! *Why is a target of a shared contract split by a hash and not by rounding?* Rounding always favours the
//! same anchor institution; the hash of the line favours none and is the same everywhere (V12). It would
//! change if shares were always such that pence divide.
//!
//! *Why is a roll-up of the past the totals of now less the postings since?* What is asked for is mostly of last month or
//! last year, and the ledger grows for ever. It would change if people asked for its first days.
//!
//! *Why does re-basing restate every period, and not those to come?* A contract has one basis, so that its parts can be added.
//! What was known before is asked for by its moment. It would change if a contract's figures could be shown on two bases.
//!
//! *Why does a bridge value what is there now by the edition of then?* Between before and after each line needs one point on
//! the way, at which only the work differs. It would change if reports told prices before delivery.
//!
//! *Why does publishing take every chain of the partnership?* So that nothing of before can still come: what was published
//! is then what was known at its moment, at once and for good. It would change if somebody published every minute.
//!
//! *Why has a public publication no digest?* A small number that is kept back could be tried out against it. It would
//! change if the digest were over what the public reads.
//!
//! *Why does a posting not say whose money pays it?* It is said of the contract for good, so that chains from before it was
//! said stay as they are; `verify` compares it with what the audit says the contract was added as. It would change if the
//! funding of a contract could be amended.
//!
//! *Why are decimals texts in JSON?* Programs in between read JSON numbers as floating point. It would
//! change if they all stopped.
//!
//! *Why do counts of lines ask which anchor institution leads?* A line of a shared contract has one posting
//! an anchor; adding anchors together must still count it once, and what is never split (a ratio) must be
//! added once. It would change if such lines had a posting of their own.

pub mod catalogue;
pub mod cli;
pub mod domain;
pub mod http;
pub mod operations;
pub mod storage;
