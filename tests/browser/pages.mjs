// The pages of the demo, one of each kind, found by following the product's own marks.

/** Path by name. */
export async function pages(page, origin) {
  const list = '/w/default/pipelines';
  const base = `${list}/CustomerChurnPipeline`;
  const found = {
    pipelines: list,
    'no-match': `${list}?q=nothing-is-called-this`,
    executions: `${base}/executions`,
    graph: `${base}/graph`,
    parameters: `${base}/parameters`,
    definition: `${base}/definition`,
    information: `${base}/information`,
    create: `${base}/executions/new`,
    models: '/w/default/models',
    'not-found': `${list}/nobody/executions`,
    'long-name': `${list}/warehouse-robotics-predictive-maintenance-vibration-anomaly-detection-nightly-eu/graph`,
  };
  for (const status of ['Failed', 'Succeeded', 'Stopped', 'Executing']) {
    for (const pipeline of await named(page, `${origin}${list}`)) {
      const executions = `${list}/${pipeline}/executions`;
      await page.goto(`${origin}${executions}?status=${status}`);
      const row = page.locator(`[data-execution][data-status="${status}"]`).first();
      if (!(await row.count())) continue;
      const execution = `${executions}/${await row.getAttribute('data-execution')}`;
      const name = status.toLowerCase();
      found[name] = execution;
      if (status === 'Failed') {
        for (const tab of ['steps', 'parameters', 'information']) found[`${name}-${tab}`] = `${execution}/${tab}`;
        await page.goto(`${origin}${execution}/steps`);
        const step = page.locator('tr[data-step][data-status="Failed"] a').first();
        if (await step.count()) found['failed-step'] = await step.getAttribute('href');
      }
      if (status === 'Stopped') found.resume = `${execution}/resume`;
      if (status === 'Executing') found.stop = `${execution}/stop`;
      break;
    }
  }
  return found;
}

async function named(page, address) {
  await page.goto(address);
  return page.locator('[data-pipeline]').evaluateAll((rows) => rows.map((row) => row.dataset.pipeline));
}
