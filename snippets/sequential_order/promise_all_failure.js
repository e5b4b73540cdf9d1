// --8<-- [start:tasks]
const sendEmail = () => new Promise((done) => setTimeout(done, 5000));
const sendSms = () => new Promise((_done, fail) => setTimeout(fail, 3000, new Error("no credit")));
const sendPush = () => new Promise((done) => setTimeout(done, 2000));
// --8<-- [end:tasks]

// --8<-- [start:all]
try {
  await Promise.all([sendEmail(), sendSms(), sendPush()]);
  console.log("all sent");
} catch (error) {
  console.log(`not all sent: ${error.message}`);
}
// --8<-- [end:all]
