//! Good Measure counts social value.
