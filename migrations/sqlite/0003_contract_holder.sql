-- Who ever held a share of a contract, so that what an organisation may see is found without reading every term.
create table contract_holder (
  partnership_id text not null,
  organisation_id text not null,
  contract_id text not null,
  primary key (partnership_id, organisation_id, contract_id),
  foreign key (partnership_id, organisation_id) references organisation (partnership_id, organisation_id),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id)
) strict, without rowid;
create index contract_holder_by_contract on contract_holder (partnership_id, contract_id);
create index contract_by_supplier on contract (partnership_id, supplier_id);

insert into contract_holder (partnership_id, organisation_id, contract_id)
select distinct terms.partnership_id, part.value ->> 0, terms.contract_id
from contract_terms as terms, json_each(terms.shares) as part;
