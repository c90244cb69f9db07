-- A ledger.db as the last version before record version 2 left it (SQLite's .dump).
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'ledger','2026-11-28 01:12:30',1,X'9485E834822D6B7E8323AE1996A7D4F62C696D094563A2B278A48F5328454E8246AF352716876D68E1C702E8A4C33425',3926577);
INSERT INTO "_sqlx_migrations" VALUES(2,'audit trail','2026-11-28 01:12:30',1,X'BC29AB1C5AD50C1875FAF5079B449EC19459C52998710574551800B924C379B324C794E22FB3CC769E2C69E1A0687F87',1927280);
INSERT INTO "_sqlx_migrations" VALUES(3,'refused operation','2026-11-28 01:12:30',1,X'A32330194E5674D788C8FAB0E4D9D63ACC33360707B4B7E30CE4361CD99BACE525704C81542A6F79360BFA623DEAB60C',668452);
CREATE TABLE intents (
    id INTEGER NOT NULL PRIMARY KEY,
    -- Of the ticket: an action is done once for each.
    nonce TEXT NOT NULL UNIQUE,
    -- Of all fields as they were sent: the same ticket with other fields is another action.
    digest TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    person TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('start', 'stop', 'resume', 'retry')),
    workspace TEXT NOT NULL,
    pipeline_name TEXT NOT NULL,
    -- Start: the pipeline to start. NULL for the others.
    pipeline_arn TEXT,
    -- Stop, resume, retry: the execution acted on. NULL for start.
    execution_arn TEXT,
    -- The same in lower case, to find it by: answers differ in the case of an ARN's pipeline part.
    execution_key TEXT,
    -- Start: the execution's name. Never NULL there, because it is what a lost answer is found by.
    display_name TEXT,
    description TEXT,
    -- Start: [[name, value], …] as JSON.
    parameters TEXT NOT NULL DEFAULT '[]',
    -- Start: the id of the execution whose values filled the form.
    copied_from TEXT,
    reason TEXT
);
INSERT INTO "intents" VALUES(1,'e9b825061cfeb1e1cf1bb37e1d0b958d','028682bde93b9af98d035843706bf8a65c57913d86b51a3772e042400ac6a958',1795828350631,'local','start','default','daily','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily',NULL,NULL,'first','nightly','[["Depth","7"]]',NULL,NULL);
INSERT INTO "intents" VALUES(2,'88e24a334d574a343c8073e85a59ca98','7e28c3f5742fec5c22eabceff4ea65742bf13da5e32a3980b4e57bca891e12b1',1795828350690,'local','start','default','daily','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily',NULL,NULL,'refused','nightly','[]',NULL,NULL);
INSERT INTO "intents" VALUES(3,'ce0ef14e160edae7edc26362045c9a25','25b84a10a8b9a9774451b45ea11257216c41a2443d96b7a6a8ca352e4c35905b',1795828350696,'local','stop','default','daily',NULL,'arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000000','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000000',NULL,NULL,'[]',NULL,'too dear');
INSERT INTO "intents" VALUES(4,'4402f61f4c20e77e5ab4f35464da7fe1','0d910091eb700f39c43c0c30eb1a10ead621557e6043d67f24e29171fd7029f2',1795828357824,'local','start','default','daily','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily',NULL,NULL,'second','nightly','[]',NULL,NULL);
INSERT INTO "intents" VALUES(5,'84446a1f81f242e4a5d700ef47672d07','06ba47feb8f2126c5040412ac8b5435a0ae768338b00261e7e61b6df1cda00c0',1795828360858,'local','stop','default','daily',NULL,'arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001',NULL,NULL,'[]',NULL,'gone');
INSERT INTO "intents" VALUES(6,'38b010a8a11b99ce6589f58bf1ab6ba0','38762faee425c800b67152d42fc4b4d15a1b3096856c0a77f6c849e9b2e729a8',1795828366888,'local','resume','default','daily',NULL,'arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001',NULL,NULL,'[]',NULL,NULL);
INSERT INTO "intents" VALUES(7,'f175816326bddd25c1f7e87b33962a41','ce06e21734e1a38462d4b24b4230f1484af7136afc0122ed21150f52d42a8c2c',1795828370903,'local','start','default','daily','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily',NULL,NULL,'lost','nightly','[]',NULL,NULL);
INSERT INTO "intents" VALUES(8,'01b76186136fd8549977b42e9c509ae7','99933532dfc900240b23f8653f2ba5659d593fa006cb624310e137c6117f0353',1795828370938,'local','stop','default','daily',NULL,'arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001',NULL,NULL,'[]',NULL,NULL);
CREATE TABLE outcomes (
    intent_id BIGINT NOT NULL PRIMARY KEY REFERENCES intents (id),
    recorded_at BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('done', 'refused', 'not_found')),
    -- How it became known: from SageMaker's answer to the call, or by looking afterwards.
    known_by TEXT NOT NULL CHECK (known_by IN ('answer', 'looking')),
    -- Done: the execution started or acted on.
    execution_arn TEXT,
    execution_key TEXT,
    -- Refused: the kind of failure and SageMaker's own code. Not found: only the message, a sentence.
    failure TEXT,
    code TEXT,
    message TEXT,
    request_id TEXT
, operation TEXT);
INSERT INTO "outcomes" VALUES(1,1795828350635,'done','answer','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000000','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000000',NULL,NULL,NULL,'11112222-3333-4444-5555-666677778888',NULL);
INSERT INTO "outcomes" VALUES(2,1795828350692,'refused','answer',NULL,NULL,'refused','ValidationException','Pipeline definition: step Train needs a role.','11112222-3333-4444-5555-666677778888','StartPipelineExecution');
INSERT INTO "outcomes" VALUES(3,1795828351711,'not_found','looking',NULL,NULL,NULL,NULL,'The execution ended (Succeeded) before it could be stopped.',NULL,NULL);
INSERT INTO "outcomes" VALUES(4,1795828357835,'done','answer','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001',NULL,NULL,NULL,'11112222-3333-4444-5555-666677778888',NULL);
INSERT INTO "outcomes" VALUES(5,1795828361882,'not_found','looking',NULL,NULL,NULL,NULL,'Not found at SageMaker: it knows this execution no longer.',NULL,NULL);
INSERT INTO "outcomes" VALUES(6,1795828366892,'done','answer','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001','arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001',NULL,NULL,NULL,'11112222-3333-4444-5555-666677778888',NULL);
INSERT INTO "outcomes" VALUES(7,1795828493994,'not_found','looking',NULL,NULL,NULL,NULL,'Not found at SageMaker: no execution of this name was started. Nothing runs; send it again if it is still wanted.',NULL,NULL);
INSERT INTO "outcomes" VALUES(8,1795828494073,'not_found','looking',NULL,NULL,NULL,NULL,'Not found at SageMaker: the execution is still Executing. Send it again if it is still wanted.',NULL,NULL);
CREATE TABLE records (
    writer TEXT NOT NULL,
    -- Counts up from 1, without gaps.
    seq BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('intent', 'outcome', 'denied', 'suppressed', 'checkpoint')),
    -- Of an intent or outcome: which one.
    intent_id BIGINT,
    -- NULL where nobody was known, or it is about no action, workspace or pipeline.
    person TEXT,
    action TEXT,
    workspace TEXT,
    pipeline TEXT,
    -- Everything else, as a JSON object.
    body TEXT NOT NULL,
    -- The hash of the record before it; 64 zeros where there is none.
    prev TEXT NOT NULL,
    -- SHA-256 of all the columns above, in hex.
    hash TEXT NOT NULL,
    PRIMARY KEY (writer, seq)
);
INSERT INTO "records" VALUES('45370a807b8fec1a',1,1795828350631,'intent',1,'local','start','default','daily','{"client_request_token":"ee598c18c3460b430270536e6bfd14907015f994b03389df9f37e310ec14df9b","description":"nightly","name":"first","nonce":"e9b825061cfeb1e1cf1bb37e1d0b958d","operation":"StartPipelineExecution","parameters":{"Depth":"7"},"peer":"127.0.0.1","pipeline_arn":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily","request_id":"526ef5d1873629cd","role":"admin","row":"a5ad80549515cf6c8c20a4fc01da867bd64bd449f71d0ea3478154b16700392b","source":"local","user_agent":"Fixture/1"}','0000000000000000000000000000000000000000000000000000000000000000','439e32cb2d843181022944c56bd52598d3fe4e85fec43df0d10c4354e7e2812b');
INSERT INTO "records" VALUES('45370a807b8fec1a',2,1795828350635,'outcome',1,'local','start','default','daily','{"aws_request_id":"11112222-3333-4444-5555-666677778888","client_request_token":"ee598c18c3460b430270536e6bfd14907015f994b03389df9f37e310ec14df9b","execution":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000000","known_by":"answer","ms":1,"operation":"StartPipelineExecution","outcome":"done","row":"b7c23a24e19f8d4dbf95327a57c226d322a3b3e1ce019e5c29c46f33c74ebb33"}','439e32cb2d843181022944c56bd52598d3fe4e85fec43df0d10c4354e7e2812b','06b3b865bffe1b542d6cf2cfa565e74cfd3c15092e23b235d76df104fcba9167');
INSERT INTO "records" VALUES('45370a807b8fec1a',3,1795828350686,'denied',NULL,'local','start','default','daily','{"detail":"this form was sent before with other values","peer":"127.0.0.1","refused_for":"reused_ticket","request_id":"5fb739214da85513","source":"local","target":"daily","user_agent":"Fixture/1"}','06b3b865bffe1b542d6cf2cfa565e74cfd3c15092e23b235d76df104fcba9167','1bdce6880269949fe42bf43506b079aed72f942f391a5b8881e3ac69ca730eb1');
INSERT INTO "records" VALUES('45370a807b8fec1a',4,1795828350687,'denied',NULL,'local','start','default','daily','{"detail":"this form does not come from a page of this console","peer":"127.0.0.1","refused_for":"forged_ticket","request_id":"a988a7fa6e00ef81","source":"local","target":"daily","user_agent":"Fixture/1"}','1bdce6880269949fe42bf43506b079aed72f942f391a5b8881e3ac69ca730eb1','97933e3baa09f872990d4a01b0bd668cfb49115406dde2e0a578b1eb15f4e735');
INSERT INTO "records" VALUES('45370a807b8fec1a',5,1795828350690,'intent',2,'local','start','default','daily','{"client_request_token":"6cc25c0536bcdbf23f7655289e68d9484fec1b25a1e718f29f5839bfc1c35012","description":"nightly","name":"refused","nonce":"88e24a334d574a343c8073e85a59ca98","operation":"StartPipelineExecution","parameters":{},"peer":"127.0.0.1","pipeline_arn":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily","request_id":"d32c96d56a83a132","role":"admin","row":"f24b40812cad927254f1e4122799d5ec7550f2ffbff315c19bc6068ce322c1cc","source":"local","user_agent":"Fixture/1"}','97933e3baa09f872990d4a01b0bd668cfb49115406dde2e0a578b1eb15f4e735','f04876b3053d8d5c710b3b8d8ec1a6fc69137b5cb06a3052842125f16741d805');
INSERT INTO "records" VALUES('45370a807b8fec1a',6,1795828350692,'outcome',2,'local','start','default','daily','{"aws_request_id":"11112222-3333-4444-5555-666677778888","client_request_token":"6cc25c0536bcdbf23f7655289e68d9484fec1b25a1e718f29f5839bfc1c35012","code":"ValidationException","failure":"refused","known_by":"answer","message":"Pipeline definition: step Train needs a role.","ms":1,"operation":"StartPipelineExecution","outcome":"refused","row":"b88e766143fb2cddece36e3a58f75ac66efb8ca43e10d922ba010ba612de76ec"}','f04876b3053d8d5c710b3b8d8ec1a6fc69137b5cb06a3052842125f16741d805','8fe193033b0dee5419438613d5213782473bda7379bbd3e5bf0db5d9a4ede16f');
INSERT INTO "records" VALUES('45370a807b8fec1a',7,1795828350693,'denied',NULL,'local',NULL,NULL,NULL,'{"detail":"origin: https://elsewhere.example; sec-fetch-site: ","peer":"127.0.0.1","refused_for":"cross_site","request_id":"acea489a9c1e0b6a","source":"local","target":"/w/default/pipelines/daily/executions/run000000000/stop","user_agent":"Fixture/1"}','8fe193033b0dee5419438613d5213782473bda7379bbd3e5bf0db5d9a4ede16f','1e2cd68826e3d0db3dccdb05cdc9215b39361fa4fcca63162c8ee3d0470518d0');
INSERT INTO "records" VALUES('45370a807b8fec1a',8,1795828350696,'intent',3,'local','stop','default','daily','{"client_request_token":"786d4a91aef1dce557bdd1edbd42612242dc79aadc3f93f3aa4e78bf0c6c3ac2","execution":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000000","name":"first","nonce":"ce0ef14e160edae7edc26362045c9a25","operation":"StopPipelineExecution","peer":"127.0.0.1","reason":"too dear","request_id":"ca4df876f882e002","role":"admin","row":"7492325270bd3cd6feae046db31114a44309d740d5204d2b80b5bb1d67e42ee9","source":"local","user_agent":"Fixture/1"}','1e2cd68826e3d0db3dccdb05cdc9215b39361fa4fcca63162c8ee3d0470518d0','41b1c891d2047807ede202e417892427329f0ccd1e342f5093eee08a610fd25d');
INSERT INTO "records" VALUES('45370a807b8fec1a',9,1795828351711,'outcome',3,'local','stop','default','daily','{"client_request_token":"786d4a91aef1dce557bdd1edbd42612242dc79aadc3f93f3aa4e78bf0c6c3ac2","execution":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000000","known_by":"looking","message":"The execution ended (Succeeded) before it could be stopped.","operation":"StopPipelineExecution","outcome":"not_found","row":"9cf83a047625380334a40858f135d9eb930351d4b20878dd0934a8ecfc0deaec"}','41b1c891d2047807ede202e417892427329f0ccd1e342f5093eee08a610fd25d','efb849c8916fc30e756f81b98b4a772bc35a46092e951ab9532e6636a1384a1e');
INSERT INTO "records" VALUES('45370a807b8fec1a',10,1795828357812,'denied',NULL,'local','stop','default','daily','{"detail":"This execution has already succeeded.","peer":"127.0.0.1","refused_for":"stale","request_id":"6f9d07b4c0f72c9c","source":"local","target":"run000000000","user_agent":"Fixture/1"}','efb849c8916fc30e756f81b98b4a772bc35a46092e951ab9532e6636a1384a1e','0ab2ca0af8aa0ab0bda0f8fdd2f5520ea5c3b3d7574a1e6cf99b117314f303e9');
INSERT INTO "records" VALUES('45370a807b8fec1a',11,1795828357824,'intent',4,'local','start','default','daily','{"client_request_token":"019e82a9518cb12916fc6f76081314fa8a68d2d848bddb8709cea4ee0b9951c8","description":"nightly","name":"second","nonce":"4402f61f4c20e77e5ab4f35464da7fe1","operation":"StartPipelineExecution","parameters":{},"peer":"127.0.0.1","pipeline_arn":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily","request_id":"686938b960e3dff5","role":"admin","row":"85b517b59406ea536e27c2c1b38aad63285af63271e18d820636a04225ac6541","source":"local","user_agent":"Fixture/1"}','0ab2ca0af8aa0ab0bda0f8fdd2f5520ea5c3b3d7574a1e6cf99b117314f303e9','f3ca6f0e5ec31d98aa4336e699df95309eaf323943c37ee2a005c9d4a30daa9f');
INSERT INTO "records" VALUES('45370a807b8fec1a',12,1795828357835,'outcome',4,'local','start','default','daily','{"aws_request_id":"11112222-3333-4444-5555-666677778888","client_request_token":"019e82a9518cb12916fc6f76081314fa8a68d2d848bddb8709cea4ee0b9951c8","execution":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001","known_by":"answer","ms":9,"operation":"StartPipelineExecution","outcome":"done","row":"03311cbe212dae9d04fe5d1fbde4a7dba986760338b647a81c0e72a6eb0787c2"}','f3ca6f0e5ec31d98aa4336e699df95309eaf323943c37ee2a005c9d4a30daa9f','e0f51b46f646709c3d00a20d38152f1ed866a20effb1c73c85e4fe7093b5df4a');
INSERT INTO "records" VALUES('45370a807b8fec1a',13,1795828360858,'intent',5,'local','stop','default','daily','{"client_request_token":"9f9482e58e2715a6cc11c55aacf28a66359802edc632ca1c318b9e4a30684a15","execution":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001","name":"second","nonce":"84446a1f81f242e4a5d700ef47672d07","operation":"StopPipelineExecution","peer":"127.0.0.1","reason":"gone","request_id":"b5fb8fbdd116066e","role":"admin","row":"434f487619f07b22432658b403c08d6d20f485742b858b3c851f916ccfd2ecc6","source":"local","user_agent":"Fixture/1"}','e0f51b46f646709c3d00a20d38152f1ed866a20effb1c73c85e4fe7093b5df4a','1816887dc7ca4efe560a875ef8a6ed2f1eadde2c7c02bb6fc50578ae17217177');
INSERT INTO "records" VALUES('45370a807b8fec1a',14,1795828361882,'outcome',5,'local','stop','default','daily','{"client_request_token":"9f9482e58e2715a6cc11c55aacf28a66359802edc632ca1c318b9e4a30684a15","execution":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001","known_by":"looking","message":"Not found at SageMaker: it knows this execution no longer.","operation":"StopPipelineExecution","outcome":"not_found","row":"5eb1c64b770b07c2834a96fe8bdbfcfacc7c37769db6a1e61bf52a81df8c4d37"}','1816887dc7ca4efe560a875ef8a6ed2f1eadde2c7c02bb6fc50578ae17217177','3bf70e41b613a800ebbb62d480dd40fac0d2da8dc870ef8bf8e849816286b884');
INSERT INTO "records" VALUES('45370a807b8fec1a',15,1795828366888,'intent',6,'local','resume','default','daily','{"client_request_token":"4edcb27dccac71a09fda34077913db220b06b64b7cd79e05eca03647fb45b0e9","execution":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001","name":"second","nonce":"38b010a8a11b99ce6589f58bf1ab6ba0","operation":"RetryPipelineExecution","peer":"127.0.0.1","request_id":"be02b68b78bbc304","role":"admin","row":"a6f329da02dfd6bfcb986c211784d34d95940d7a8c6f4782ac6f9f0504b6552d","source":"local","user_agent":"Fixture/1"}','3bf70e41b613a800ebbb62d480dd40fac0d2da8dc870ef8bf8e849816286b884','d88d6a4a790cda49720a8b1d6cc0e336b6a163a3bcdb926ce1af5f9de3831cc2');
INSERT INTO "records" VALUES('45370a807b8fec1a',16,1795828366892,'outcome',6,'local','resume','default','daily','{"aws_request_id":"11112222-3333-4444-5555-666677778888","client_request_token":"4edcb27dccac71a09fda34077913db220b06b64b7cd79e05eca03647fb45b0e9","execution":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001","known_by":"answer","ms":0,"operation":"RetryPipelineExecution","outcome":"done","row":"3340426aee3e1f0994a772d251749ef8f3572c829a3f45c0c016f58c57472ca0"}','d88d6a4a790cda49720a8b1d6cc0e336b6a163a3bcdb926ce1af5f9de3831cc2','8270a3f32e00cc4be599aa74f36c5a875e90ccf2b59489655f42013550b48336');
INSERT INTO "records" VALUES('45370a807b8fec1a',17,1795828370903,'intent',7,'local','start','default','daily','{"client_request_token":"c41437955a1d1dd908a63f865b4dc1f02e6193c6eda75ca0aa98e9b1d6ae1029","description":"nightly","name":"lost","nonce":"f175816326bddd25c1f7e87b33962a41","operation":"StartPipelineExecution","parameters":{},"peer":"127.0.0.1","pipeline_arn":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily","request_id":"a20ed5499bfac3f5","role":"admin","row":"3c77ec09cf08af9551f6c4c7745cd60a63347a2ff2d03b85faea477310e0cae1","source":"local","user_agent":"Fixture/1"}','8270a3f32e00cc4be599aa74f36c5a875e90ccf2b59489655f42013550b48336','67652f3aaa315a4f63f1451f24815408e1a2e2cc79d0e1cbb44f58b5f908a549');
INSERT INTO "records" VALUES('45370a807b8fec1a',18,1795828370938,'intent',8,'local','stop','default','daily','{"client_request_token":"9a85cc585e515c18c3d5b08fa46737c90b9f23fec8648392865936dc39c301a4","execution":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001","name":"second","nonce":"01b76186136fd8549977b42e9c509ae7","operation":"StopPipelineExecution","peer":"127.0.0.1","request_id":"210dd632310ffe38","role":"admin","row":"7bfecf2b459ef87579c5875e4c82060e1c3b1692658853a911d4e4b22b531ead","source":"local","user_agent":"Fixture/1"}','67652f3aaa315a4f63f1451f24815408e1a2e2cc79d0e1cbb44f58b5f908a549','b76504d1add6f6c9fc5dd59dce010c1d24c26d847cd2fd8166ab4f5995e959a7');
INSERT INTO "records" VALUES('45370a807b8fec1a',19,1795828493994,'outcome',7,'local','start','default','daily','{"client_request_token":"c41437955a1d1dd908a63f865b4dc1f02e6193c6eda75ca0aa98e9b1d6ae1029","known_by":"looking","message":"Not found at SageMaker: no execution of this name was started. Nothing runs; send it again if it is still wanted.","operation":"StartPipelineExecution","outcome":"not_found","row":"858fab8e81993b705f041c305b5a901583b884e4131d0ffdefd32eb600be9c4b"}','b76504d1add6f6c9fc5dd59dce010c1d24c26d847cd2fd8166ab4f5995e959a7','b6b18449c73b34a54df18d1192b06972a3b984eaa321d1fcec6701c2dacea8c7');
INSERT INTO "records" VALUES('45370a807b8fec1a',20,1795828494073,'outcome',8,'local','stop','default','daily','{"client_request_token":"9a85cc585e515c18c3d5b08fa46737c90b9f23fec8648392865936dc39c301a4","execution":"arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily/execution/run000000001","known_by":"looking","message":"Not found at SageMaker: the execution is still Executing. Send it again if it is still wanted.","operation":"StopPipelineExecution","outcome":"not_found","row":"e06e388e2384f481f1377419eaba0be2258a367ec9672a336412c3ae0534971e"}','b6b18449c73b34a54df18d1192b06972a3b984eaa321d1fcec6701c2dacea8c7','9a0cc8a9ba1ab16d44e52a30cc8956ef5a2486cb5ce2039c95806f3eab9ad1a2');
CREATE TABLE retention (
    writer TEXT NOT NULL PRIMARY KEY,
    through BIGINT NOT NULL
);
CREATE TABLE ticket_keys (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    secret BLOB NOT NULL,
    made_at BIGINT NOT NULL
);
INSERT INTO "ticket_keys" VALUES(1,X'B00DF93E9A8AABF70FE18C8ACB722F4BCD6CC167C9BB6A77B65CB099CADBAA83',1795828350057);
CREATE TABLE writers (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    writer TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
INSERT INTO "writers" VALUES(1,'45370a807b8fec1a',1795828350056);
CREATE INDEX intents_by_execution ON intents (workspace, execution_key);
CREATE INDEX outcomes_by_execution ON outcomes (execution_key);
CREATE TRIGGER intents_stand BEFORE UPDATE ON intents
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
CREATE TRIGGER outcomes_stand BEFORE UPDATE ON outcomes
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
CREATE INDEX records_by_intent ON records (intent_id);
CREATE INDEX records_by_pipeline ON records (workspace, pipeline, seq);
CREATE INDEX records_by_person ON records (person, seq);
CREATE INDEX intents_by_pipeline ON intents (workspace, pipeline_name);
CREATE TRIGGER records_stand BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
CREATE TRIGGER records_stay BEFORE DELETE ON records
WHEN OLD.seq > coalesce((SELECT through FROM retention WHERE writer = OLD.writer), 0)
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted before their time'); END;
CREATE TRIGGER intents_stay BEFORE DELETE ON intents
WHEN EXISTS (SELECT 1 FROM records WHERE intent_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted before their time'); END;
CREATE TRIGGER outcomes_stay BEFORE DELETE ON outcomes
WHEN EXISTS (SELECT 1 FROM records WHERE intent_id = OLD.intent_id)
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted before their time'); END;
CREATE TRIGGER retention_spares_open_intents_at_first BEFORE INSERT ON retention
WHEN EXISTS (
    SELECT 1 FROM intents i JOIN records r ON r.intent_id = i.id AND r.event = 'intent'
    WHERE r.writer = NEW.writer AND r.seq <= NEW.through
    AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.intent_id = i.id))
BEGIN SELECT RAISE(ABORT, 'an intent without an outcome is never deleted'); END;
CREATE TRIGGER retention_spares_open_intents BEFORE UPDATE ON retention
WHEN EXISTS (
    SELECT 1 FROM intents i JOIN records r ON r.intent_id = i.id AND r.event = 'intent'
    WHERE r.writer = NEW.writer AND r.seq <= NEW.through
    AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.intent_id = i.id))
BEGIN SELECT RAISE(ABORT, 'an intent without an outcome is never deleted'); END;
COMMIT;
