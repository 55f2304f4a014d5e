//! `/v1/contracts/{id}/commitments`.
