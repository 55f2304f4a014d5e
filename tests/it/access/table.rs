//! Who may do what, for people to read: every operation of the API, and everybody who may come.

/// Who asks:
/// - `admin`: an administrator;
/// - `holder`: a commissioner of the anchor institution that holds the contract;
/// - `former`: a commissioner of the one that held it once;
/// - `foreign`: a commissioner of one that never did;
/// - `supplier`: the supplier of the contract;
/// - `other`: another supplier, whose own organisation is the one that is read;
/// - `analyst`: an analyst;
/// - `both`: a person who is the supplier of the contract and a commissioner of the foreign institution;
/// - `public`: nobody, without a key;
/// - `elsewhere`: an administrator of another partnership.
///
/// What they are told: `yes`; `no`, 403; `hidden`, 404 as for what does not exist; `key`, 401.
pub const TABLE: &str = "
                                                                   admin holder former foreign supplier other  analyst both   public elsewhere
GET  /v1/audit                                                     yes   yes    yes    yes     no       no     no      yes    key    yes
POST /v1/calculations                                              yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/calculations/appraisal                                    yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/calculations/portfolio                                    yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/commitments/bulk                                          yes   yes    no     hidden  no       no     no      no     key    hidden
POST /v1/contract-imports                                          yes   yes    no     no      no       no     no      no     key    yes
GET  /v1/contracts                                                 yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/contracts                                                 yes   yes    no     no      no       no     no      no     key    yes
POST /v1/contracts/bulk                                            yes   yes    no     no      no       no     no      no     key    yes
GET  /v1/contracts/{id}                                            yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
GET  /v1/contracts/{id}/amendments                                 yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
POST /v1/contracts/{id}/amendments                                 yes   yes    no     hidden  no       hidden no      no     key    hidden
GET  /v1/contracts/{id}/amendments/{version}                       yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
GET  /v1/contracts/{id}/bridge                                     yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
GET  /v1/contracts/{id}/commitments                                yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
POST /v1/contracts/{id}/commitments                                yes   yes    no     hidden  no       hidden no      no     key    hidden
GET  /v1/contracts/{id}/commitments/{number}                       yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
GET  /v1/contracts/{id}/commitments/{number}/amendments            yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
POST /v1/contracts/{id}/commitments/{number}/amendments            yes   yes    no     hidden  no       hidden no      no     key    hidden
GET  /v1/contracts/{id}/commitments/{number}/amendments/{version}  yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
GET  /v1/contracts/{id}/rebasings                                  yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
POST /v1/contracts/{id}/rebasings                                  yes   yes    no     hidden  no       hidden no      no     key    hidden
GET  /v1/contracts/{id}/rebasings/{number}                         yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
GET  /v1/contracts/{id}/returns                                    yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
GET  /v1/contracts/{id}/returns/{period}                           yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
PUT  /v1/contracts/{id}/returns/{period}                           yes   no     no     hidden  yes      hidden no      yes    key    hidden
POST /v1/contracts/{id}/returns/{period}/decision                  yes   yes    no     hidden  no       hidden no      no     key    hidden
POST /v1/contracts/{id}/returns/{period}/submission                yes   no     no     hidden  yes      hidden no      yes    key    hidden
GET  /v1/contracts/{id}/returns/{period}/working                   yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
GET  /v1/contracts/{id}/value                                      yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
GET  /v1/contracts/{id}/working                                    yes   yes    yes    hidden  yes      hidden yes     yes    key    hidden
GET  /v1/keys                                                      yes   no     no     no      no       no     no      no     key    yes
POST /v1/keys                                                      yes   no     no     no      no       no     no      no     key    yes
GET  /v1/keys/{id}                                                 yes   no     no     no      no       no     no      no     key    hidden
POST /v1/keys/{id}/revocation                                      yes   no     no     no      no       no     no      no     key    hidden
POST /v1/keys/{id}/rotation                                        yes   no     no     no      no       no     no      no     key    hidden
GET  /v1/measures                                                  yes   yes    yes    yes     yes      yes    yes     yes    key    yes
GET  /v1/measures/{code}                                           yes   yes    yes    yes     yes      yes    yes     yes    key    yes
GET  /v1/organisations                                             yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/organisations                                             yes   yes    yes    yes     no       no     no      yes    key    yes
GET  /v1/organisations/{id}                                        yes   yes    yes    yes     hidden   yes    yes     yes    key    hidden
GET  /v1/places                                                    yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/places                                                    yes   no     no     no      no       no     no      no     key    yes
GET  /v1/places/{code}                                             yes   yes    yes    yes     yes      yes    yes     yes    key    yes
GET  /v1/proxy-editions                                            yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/proxy-editions                                            yes   no     no     no      no       no     no      no     key    yes
GET  /v1/proxy-editions/template.csv                               yes   yes    yes    yes     yes      yes    yes     yes    key    yes
GET  /v1/proxy-editions/{set}/{edition}                            yes   yes    yes    yes     yes      yes    yes     yes    key    yes
PUT  /v1/proxy-editions/{set}/{edition}                            yes   no     no     no      no       no     no      no     key    hidden
POST /v1/proxy-editions/{set}/{edition}/approval                   yes   no     no     no      no       no     no      no     key    hidden
GET  /v1/proxy-editions/{set}/{edition}/difference                 yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/proxy-editions/{set}/{edition}/proposal                   yes   no     no     no      no       no     no      no     key    hidden
GET  /v1/proxy-editions/{set}/{edition}/proxies                    yes   yes    yes    yes     yes      yes    yes     yes    key    yes
GET  /v1/proxy-editions/{set}/{edition}/proxies/{measure}          yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/proxy-editions/{set}/{edition}/publication                yes   no     no     no      no       no     no      no     key    hidden
POST /v1/proxy-editions/{set}/{edition}/withdrawal                 yes   no     no     no      no       no     no      no     key    hidden
GET  /v1/public/{partnership}/publications                         yes   yes    yes    yes     yes      yes    yes     yes    yes    yes
GET  /v1/public/{partnership}/publications/{id}                    yes   yes    yes    yes     yes      yes    yes     yes    yes    yes
GET  /v1/publications                                              yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/publications                                              yes   yes    yes    yes     no       no     no      yes    key    yes
GET  /v1/publications/{id}                                         yes   yes    hidden hidden  hidden   hidden yes     hidden key    hidden
POST /v1/publications/{id}/access                                  yes   yes    hidden hidden  no       no     no      hidden key    hidden
GET  /v1/publications/{id}/difference                              yes   yes    hidden hidden  hidden   hidden yes     hidden key    hidden
GET  /v1/returns                                                   yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/returns/bulk                                              yes   no     no     no      yes      hidden no      yes    key    hidden
GET  /v1/roll-ups                                                  yes   yes    yes    yes     yes      yes    yes     yes    key    yes
GET  /v1/roll-ups/working                                          yes   yes    hidden hidden yes      hidden yes     yes    key    hidden
GET  /v1/series                                                    yes   yes    yes    yes     yes      yes    yes     yes    key    yes
POST /v1/series                                                    yes   no     no     no      no       no     no      no     key    yes
GET  /v1/series/{name}                                             yes   yes    yes    yes     yes      yes    yes     yes    key    yes
GET  /v1/taxonomies                                                yes   yes    yes    yes     yes      yes    yes     yes    key    yes
GET  /v1/taxonomies/{code}                                         yes   yes    yes    yes     yes      yes    yes     yes    key    yes
";

/// What is asked besides the operations: the same with a body that only some may send.
pub const CASES: &str = "
an anchor institution is added                                     yes   no     no     no      no       no     no      no     key    yes
a contract of the foreign institution is added                     yes   no     no     yes     no       no     no      yes    key    yes
a contract held with the foreign institution is added              yes   yes    no     yes     no       no     no      yes    key    yes
a contract of the buyer, whoever that is, is imported              yes   no     no     no      no       no     no      no     key    yes
a draft of a table of values is read                               yes   yes    yes    yes     hidden   hidden yes     yes    key    hidden
values that their licence keeps are calculated with                yes   no     no     no      no       no     no      no     key    yes
";
