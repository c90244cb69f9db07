// Who takes part: each with the e-mail address that is typed at a login, and groups as the directory has them.

/** May start, stop and retry the pipelines called churn-…. */
export const olga = { user: 'olga', email: 'olga@example.test', groups: ['staff', 'ml-ops'] };
/** May look at the pipelines called churn-…. */
export const vera = { user: 'vera', email: 'vera@example.test', groups: ['staff', 'readers'] };
/** Is known, but in no group. */
export const nora = { user: 'nora', email: 'nora@example.test', groups: [] };

export const people = [olga, vera, nora];

/** What every login here takes; wrong ones are refused. */
export const PASSWORD = 'correct horse battery staple';

/** Who it is that logs in with this e-mail address and password, if anybody. */
export function login(email, password) {
  return password === PASSWORD ? people.find((person) => person.email === email) : undefined;
}
